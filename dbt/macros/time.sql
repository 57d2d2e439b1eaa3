{#- Morning 6 to 11, Afternoon 12 to 17, Evening 18 to 21, Night the rest; UTC. -#}
{% macro time_of_day(instant) -%}
    case
        when extract(hour from {{ instant }}) between 6 and 11 then 'Morning'
        when extract(hour from {{ instant }}) between 12 and 17 then 'Afternoon'
        when extract(hour from {{ instant }}) between 18 and 21 then 'Evening'
        else 'Night'
    end
{%- endmacro %}

{#- True on Saturdays and Sundays; engines count weekdays differently. -#}
{% macro is_weekend(day) -%}
    {{ return(adapter.dispatch('is_weekend')(day)) }}
{%- endmacro %}

{% macro default__is_weekend(day) -%}
    (extract(isodow from {{ day }}) in (6, 7))
{%- endmacro %}

{% macro bigquery__is_weekend(day) -%}
    (extract(dayofweek from {{ day }}) in (1, 7))
{%- endmacro %}

{#- Days from one instant to another as a double, with the hours in the fraction. -#}
{% macro days_between(earlier, later) -%}
    ({{ dbt.datediff(earlier, later, 'millisecond') }} / 86400000.0)
{%- endmacro %}

{#- The time of day with the most plays in `<time>_plays` of a relation; the earlier one of equals. -#}
{% macro busiest_time_of_day(relation) -%}
    {%- set times = ['Morning', 'Afternoon', 'Evening', 'Night'] -%}
    case greatest(
        {%- for time in times %}{{ relation }}.{{ time | lower }}_plays{{ ', ' if not loop.last }}{% endfor -%}
    )
        {%- for time in times %}
        when {{ relation }}.{{ time | lower }}_plays then '{{ time }}'
        {%- endfor %}
    end
{%- endmacro %}
