{#- The rows of a landed topic, each (epoch, partition, offset) once; `condition` says which partitions are read at all. -#}
{% macro deduplicated(relation, condition=none) -%}
    select *
    from (
        select
            *,
            row_number() over (partition by _epoch, _kafka_partition, _offset order by _landed_hour) as copy_number,
            count(*) over (partition by _epoch, _kafka_partition, _offset, _landed_hour) as copies
        from {{ relation }}
        {%- if condition is not none %}
        where {{ condition }}
        {%- endif %}
    ) as numbered
    where copy_number = 1
{%- endmacro %}

{#- Where a row came from: its identity `topic/epoch/partition/offset`, broker time and landing hour. -#}
{% macro lineage_columns(topic) -%}
        {{ dbt.concat([
            "'" ~ topic ~ "/'", as_text('_epoch'), "'/'", as_text('_kafka_partition'), "'/'", as_text('_offset')
        ]) }} as event_id,
        _kafka_time as kafka_time,
        _landed_hour as landed_hour
{%- endmacro %}

{% macro session_columns() -%}
        ts as event_at,
        {{ adapter.quote('sessionId') }} as session_id,
        {{ adapter.quote('itemInSession') }} as item_in_session
{%- endmacro %}

{% macro device_columns() -%}
        {{ label('city') }} as city,
        {{ label('zip') }} as zip,
        {{ label('upper(state)') }} as state,
        trim(replace({{ adapter.quote('userAgent') }}, '"', '')) as user_agent,
        lon as longitude,
        lat as latitude
{%- endmacro %}

{#- All null while the listener is unknown: logged out, or a login that failed. -#}
{% macro user_columns() -%}
        {{ adapter.quote('userId') }} as user_id,
        {{ filled(adapter.quote('firstName')) }} as first_name,
        {{ filled(adapter.quote('lastName')) }} as last_name,
        gender,
        registration as registered_at,
        tag as test_group
{%- endmacro %}

{#- Listens, cleaned and typed: all of them, or those of partitions of the landed table; `also` names columns of the loader to keep. -#}
{% macro staged_listens(condition=none, also=[]) -%}
    select
        {{ lineage_columns('listen_events') }},
        {{ session_columns() }},
        {{ filled('artist') }} as artist,
        {{ filled('song') }} as song,
        duration as duration_seconds,
        auth as auth_state,
        level,
        {{ device_columns() }},
        {{ user_columns() }}
        {%- for column in also %},
        {{ column }}
        {%- endfor %}
    from (
    {{ deduplicated(source('staging', 'listen_events'), condition) }}
    ) as landed
{%- endmacro %}
