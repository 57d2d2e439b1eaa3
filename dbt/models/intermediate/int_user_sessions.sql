{{ config(**on_bigquery({'cluster_by': ['user_id']})) }}
with sessions as (
    select
        user_id,
        session_id,
        min(event_at) as started_at,
        max(event_at) as ended_at,
        count(*) as events
    from {{ ref('int_user_events') }}
    group by user_id, session_id
),

preceded as (
    select
        *,
        lag(ended_at) over (partition by user_id order by started_at, session_id) as previous_ended_at
    from sessions
),

final as (
    select
        user_id,
        session_id,
        started_at,
        ended_at,
        events,
        {{ days_between('previous_ended_at', 'started_at') }} as gap_days
    from preceded
)

select * from final
