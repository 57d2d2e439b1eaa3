{#- What an incremental build of the plays does: the days to build anew, and the landing hours to read for it. None for all of them. -#}
{% macro changed_days() -%}
    {%- if target.type != 'bigquery' or not is_incremental() -%}{{ return(none) }}{%- endif -%}
    {%- set days = run_query('select distinct played_on from ' ~ ref('int_changed_days') ~ ' order by played_on').columns[0].values() -%}
    {%- set hours = run_query(
        'select distinct landed_hour from ' ~ ref('int_changed_days') ~ ' where landed_hour is not null order by landed_hour'
    ).columns[0].values() -%}
    {{ return({'days': days, 'hours': hours}) }}
{%- endmacro %}

{#- The listens that int_plays is made of; on BigQuery with how often each landed, and the position that its hour was loaded from. -#}
{% macro listens_to_build(changed) -%}
    {{ return(adapter.dispatch('listens_to_build')(changed)) }}
{%- endmacro %}

{% macro default__listens_to_build(changed) -%}
    select * from {{ ref('stg_listen_events') }}
{%- endmacro %}

{% macro bigquery__listens_to_build(changed) -%}
    -- depends_on: {{ ref('stg_listen_events') }}, {{ ref('int_changed_days') }}
    select
        staged.*,
        loads.position as load_position
    from (
    {{ staged_listens(none if changed is none else one_of('_landed_hour', 'timestamp', changed.hours), also=['copies']) }}
    ) as staged
    left join ({{ loaded_hours('listen_events') }}) as loads on staged.landed_hour = loads.hour
{%- endmacro %}

{#- What the loader's book says of a table, an hour once: two loads that open a page at the same time leave two entries. -#}
{% macro loaded_hours(table) -%}
    select
        hour,
        max(position) as position,
        max({{ adapter.quote('rows') }}) as plays
    from {{ source('loader', '_loads') }}
    where table_name = '{{ table }}'
    group by hour
{%- endmacro %}

{#- Takes the changed days without a play away, which overwriting partitions by what there is would leave as they were. -#}
{% macro remove_days_gone() -%}
    {%- if execute and is_incremental() -%}
    {%- set gone = run_query('select distinct played_on from ' ~ ref('int_changed_days') ~ ' where is_gone').columns[0].values() -%}
    delete from {{ this }} where {{ one_of('played_on', 'date', gone) }}
    {%- endif -%}
{%- endmacro %}
