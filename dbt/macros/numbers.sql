{#- A sum of integers as a 64-bit integer: DuckDB widens sums to 128 bits, which no contract names. Null for no rows. -#}
{% macro total(expression) -%}
    cast(sum({{ expression }}) as {{ integer_type() }})
{%- endmacro %}

{#- How many rows meet a condition. -#}
{% macro count_of(condition) -%}
    {{ total('case when ' ~ condition ~ ' then 1 else 0 end') }}
{%- endmacro %}

{#- numerator / denominator as a double, null for a denominator of zero. -#}
{% macro ratio(numerator, denominator, digits=2) -%}
    round(cast({{ numerator }} as {{ double_type() }}) / nullif({{ denominator }}, 0), {{ digits }})
{%- endmacro %}

{% macro percentage(part, whole) -%}
    {{ ratio('100 * ' ~ part, whole) }}
{%- endmacro %}

{% macro double_type() -%}
    {{ return(adapter.dispatch('double_type')()) }}
{%- endmacro %}

{% macro default__double_type() -%}
    double precision
{%- endmacro %}

{% macro bigquery__double_type() -%}
    float64
{%- endmacro %}

{% macro integer_type() -%}
    {{ return(adapter.dispatch('integer_type')()) }}
{%- endmacro %}

{% macro default__integer_type() -%}
    bigint
{%- endmacro %}

{% macro bigquery__integer_type() -%}
    int64
{%- endmacro %}
