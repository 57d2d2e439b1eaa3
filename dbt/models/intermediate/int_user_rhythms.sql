{{ config(**on_bigquery({'cluster_by': ['user_id']})) }}
with sessions as (
    select * from {{ ref('int_user_sessions') }}
),

ordered as (
    select
        user_id,
        gap_days,
        row_number() over (partition by user_id order by gap_days) as place,
        count(*) over (partition by user_id) as gaps
    from sessions
    where gap_days is not null
),

medians as (
    select
        user_id,
        avg(gap_days) as median_gap_days
    from ordered
    where 2 * place between gaps and gaps + 2
    group by user_id
),

final as (
    select
        sessions.user_id,
        count(*) as total_sessions,
        round(max(medians.median_gap_days), 4) as median_gap_days,
        max(case when sessions.gap_days > 28 then sessions.started_at end) as last_return_at
    from sessions
    left join medians on sessions.user_id = medians.user_id
    group by sessions.user_id
)

select * from final
