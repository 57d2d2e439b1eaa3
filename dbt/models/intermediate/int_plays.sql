{{ config(**on_bigquery({
    'materialized': 'incremental',
    'incremental_strategy': 'insert_overwrite',
    'on_schema_change': 'fail',
    'partition_by': {'field': 'played_on', 'data_type': 'date'},
    'cluster_by': ['user_id', 'session_id'],
    'pre_hook': '{{ remove_days_gone() }}',
})) }}
{%- set changed = changed_days() -%}

with listens as (
    {{ listens_to_build(changed) }}
),

followed as (
    select
        *,
        lead(event_at) over (
            partition by user_id, session_id order by event_at, item_in_session, event_id
        ) as next_event_at
    from listens
),

measured as (
    select
        *,
        case
            when next_event_at is null then duration_seconds
            else least(duration_seconds, {{ dbt.datediff('event_at', 'next_event_at', 'millisecond') }} / 1000.0)
        end as listened_seconds,
        case
            when user_id is null then 'no_listener'
            when artist is null or song is null then 'no_song'
            when duration_seconds is null or duration_seconds <= 0 then 'no_duration'
        end as filter_reason
    from followed
),

final as (
    select
        event_id,
        event_at as played_at,
        cast(event_at as date) as played_on,
        {{ time_of_day('event_at') }} as time_of_day,
        user_id,
        session_id,
        {{ key_of(['artist', 'song']) }} as song_id,
        artist,
        song,
        level,
        state,
        city,
        latitude,
        longitude,
        duration_seconds,
        listened_seconds,
        listened_seconds >= {{ var('qualified_seconds') }} as is_qualified,
        listened_seconds >= 0.9 * duration_seconds as is_completed,
        filter_reason
        {%- if target.type == 'bigquery' %},
        landed_hour,
        load_position,
        copies
        {%- endif %}
    from measured
)

select * from final
{%- if changed is not none %}
where {{ one_of('played_on', 'date', changed.days) }}
{%- endif %}
