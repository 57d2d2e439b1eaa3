{{ config(**on_bigquery({'cluster_by': ['state', 'user_id']})) }}
with daily_plays as (
    select * from {{ ref('int_daily_plays') }}
),

users as (
    select * from {{ ref('int_users') }}
),

rhythms as (
    select * from {{ ref('int_user_rhythms') }}
),

newest as (
    select max(last_event_at) as as_of from users
),

usual as (
    select avg(median_gap_days) as gap_days from rhythms
),

plays as (
    select
        daily_plays.user_id,
        sum(daily_plays.plays) as total_plays,
        sum(daily_plays.qualified_plays) as qualified_plays,
        sum(daily_plays.listened_seconds) as listened_seconds,
        count(distinct daily_plays.song_id) as unique_songs,
        count(distinct daily_plays.artist) as unique_artists,
        count(distinct daily_plays.played_on) as active_days,
        sum(daily_plays.morning_plays) as morning_plays,
        sum(daily_plays.afternoon_plays) as afternoon_plays,
        sum(daily_plays.evening_plays) as evening_plays,
        sum(daily_plays.night_plays) as night_plays,
        sum(case when {{ is_weekend('daily_plays.played_on') }} then daily_plays.plays else 0 end) as weekend_plays,
        min(daily_plays.first_played_at) as first_listen_at,
        max(daily_plays.last_played_at) as last_listen_at,
        max(case when daily_plays.qualified_plays > 0 then daily_plays.last_played_at end) as last_qualified_at
    from daily_plays
    group by daily_plays.user_id
),

counted as (
    select
        users.*,
        rhythms.total_sessions,
        rhythms.last_return_at,
        coalesce(rhythms.median_gap_days, usual.gap_days, 7) as usual_gap_days,
        {{ days_between('users.registered_at', 'newest.as_of') }} as days_since_registration,
        {{ days_between('users.last_event_at', 'newest.as_of') }} as days_since_last_event,
        {{ days_between('rhythms.last_return_at', 'newest.as_of') }} as days_since_return,
        {{ days_between('plays.last_listen_at', 'newest.as_of') }} as days_since_last_listen,
        {{ days_between('plays.last_qualified_at', 'newest.as_of') }} as days_since_qualified,
        {% for count in [
            'total_plays', 'qualified_plays', 'unique_songs', 'unique_artists', 'active_days', 'morning_plays',
            'afternoon_plays', 'evening_plays', 'night_plays', 'weekend_plays'
        ] -%}
        cast(coalesce(plays.{{ count }}, 0) as {{ integer_type() }}) as {{ count }},
        {% endfor -%}
        coalesce(plays.listened_seconds, 0) as listened_seconds,
        plays.first_listen_at,
        plays.last_listen_at,
        newest.as_of
    from users
    inner join rhythms on users.user_id = rhythms.user_id
    left join plays on users.user_id = plays.user_id
    cross join newest
    cross join usual
),

placed as (
    select
        *,
        percent_rank() over (order by qualified_plays) as engagement_rank
    from counted
),

final as (
    select
        user_id,
        full_name,
        gender,
        current_level,
        city,
        state,
        {{ dbt.concat(['city', "', '", 'state']) }} as location,
        case
            when is_cancelled then 'churned'
            when days_since_last_event > 28 then 'dormant'
            when days_since_last_event > 2 * usual_gap_days then 'at_risk'
            when days_since_registration < 7 then 'new'
            when days_since_return <= 28 then 'resurrected'
            else 'active'
        end as lifecycle_stage,
        case
            when qualified_plays = 0 then 'none'
            when engagement_rank >= 0.95 then 'power'
            when engagement_rank >= 0.75 then 'core'
            when engagement_rank >= 0.4 then 'regular'
            else 'casual'
        end as engagement_segment,
        case
            when total_plays >= 1000 then 'Power User'
            when total_plays >= 100 then 'Active'
            when total_plays >= 10 then 'Casual'
            else 'New'
        end as engagement_tier,
        coalesce(days_since_qualified <= 7, false) as is_active,
        total_plays,
        qualified_plays,
        round(listened_seconds / 60, 2) as listened_minutes,
        unique_songs,
        unique_artists,
        total_sessions,
        active_days,
        {{ ratio('total_plays', 'active_days') }} as avg_plays_per_active_day,
        {{ ratio('total_plays', 'total_sessions') }} as avg_plays_per_session,
        {{ percentage('unique_songs', 'total_plays') }} as song_diversity_pct,
        case when total_plays = 0 then 'None' else {{ busiest_time_of_day('placed') }} end as favorite_time,
        case
            when total_plays = 0 then 'None'
            when weekend_plays > total_plays - weekend_plays then 'Weekend'
            else 'Weekday'
        end as preferred_days,
        morning_plays,
        afternoon_plays,
        evening_plays,
        night_plays,
        weekend_plays,
        total_plays - weekend_plays as weekday_plays,
        page_views,
        logins,
        upgrades,
        downgrades,
        registered_at,
        first_listen_at,
        last_listen_at,
        last_event_at,
        round({{ days_between('first_listen_at', 'last_listen_at') }}, 2) as listening_span_days,
        round(days_since_last_listen, 2) as days_since_last_listen,
        as_of
    from placed
)

select * from final
