{{ config(**on_bigquery({'cluster_by': ['song_id']})) }}
with daily_plays as (
    select * from {{ ref('int_daily_plays') }}
),

newest as (
    select max(played_on) as newest_day from daily_plays
),

in_window as (
    select
        daily_plays.*,
        {{ dbt.datediff('daily_plays.played_on', 'newest.newest_day', 'day') }} as days_ago
    from daily_plays
    cross join newest
),

listener_demand as (
    select
        song_id,
        user_id,
        least(
            sum(qualified_plays * power(0.5, days_ago / {{ var('popularity_half_life_days') }}.0)),
            {{ var('popularity_listener_cap') }}.0
        ) as demand
    from in_window
    where days_ago < {{ var('popularity_window_days') }}
    group by song_id, user_id
),

demand as (
    select
        song_id,
        round(sum(demand), 6) as demand,
        count(*) as recent_listeners
    from listener_demand
    group by song_id
),

mean_completion as (
    select {{ ratio('sum(completed_plays)', 'sum(plays)', 6) }} as completion from daily_plays
),

completion as (
    select
        song_id,
        sum(plays) as plays,
        sum(completed_plays) as completed_plays
    from daily_plays
    group by song_id
),

signals as (
    select
        completion.song_id,
        coalesce(demand.demand, 0.0) as demand,
        coalesce(demand.recent_listeners, 0) as recent_listeners,
        {{ ratio(
            'completion.completed_plays + ' ~ var('popularity_prior_plays') ~ ' * mean_completion.completion',
            'completion.plays + ' ~ var('popularity_prior_plays'),
            6
        ) }} as completion
    from completion
    cross join mean_completion
    left join demand on completion.song_id = demand.song_id
),

ranked as (
    select
        *,
        percent_rank() over (order by demand) as demand_rank,
        percent_rank() over (order by recent_listeners) as listeners_rank,
        percent_rank() over (order by completion) as completion_rank
    from signals
),

final as (
    select
        song_id,
        demand,
        recent_listeners,
        completion,
        round(100 * (0.6 * demand_rank + 0.3 * listeners_rank + 0.1 * completion_rank), 2) as popularity_score
    from ranked
)

select * from final
