{{ config(**on_bigquery({'cluster_by': ['geo_level', 'state']})) }}
with daily_plays as (
    select * from {{ ref('int_daily_plays') }}
),

newest as (
    select max(last_played_at) as as_of from daily_plays
),

placed as (
    {% for geo_level in ['state', 'city'] -%}
    select
        '{{ geo_level }}' as geo_level,
        state,
        {{ 'city' if geo_level == 'city' else "'All'" }} as city,
        user_id,
        song_id,
        artist,
        level,
        plays,
        latitude * plays as weighted_latitude,
        longitude * plays as weighted_longitude,
        first_played_at,
        last_played_at,
        row_number() over (
            partition by user_id, state{{ ', city' if geo_level == 'city' }} order by last_played_at desc, level desc, song_id
        ) as newness
    from daily_plays
    {{ 'union all' if not loop.last }}
    {% endfor -%}
),

places as (
    select
        geo_level,
        state,
        city,
        {{ total('plays') }} as total_plays,
        {{ total("case when level = 'paid' then plays else 0 end") }} as paid_plays,
        count(distinct user_id) as unique_users,
        {{ count_of("newness = 1 and level = 'paid'") }} as paid_users,
        count(distinct song_id) as unique_songs,
        count(distinct artist) as unique_artists,
        sum(weighted_latitude) as weighted_latitude,
        sum(weighted_longitude) as weighted_longitude,
        min(first_played_at) as first_activity,
        max(last_played_at) as last_activity
    from placed
    group by geo_level, state, city
),

final as (
    select
        rank() over (
            partition by places.geo_level order by places.total_plays desc, places.unique_users desc, places.state, places.city
        ) as location_rank,
        places.geo_level,
        case places.geo_level
            when 'state' then places.state
            else {{ dbt.concat(['places.city', "', '", 'places.state']) }}
        end as location,
        places.state,
        places.city,
        case places.state
            when 'Unknown' then places.state
            else {{ dbt.concat(["'US-'", 'places.state']) }}
        end as iso_code,
        places.total_plays,
        places.paid_plays,
        {{ percentage('places.paid_plays', 'places.total_plays') }} as paid_play_pct,
        places.unique_users,
        places.paid_users,
        places.unique_users - places.paid_users as free_users,
        {{ percentage('places.paid_users', 'places.unique_users') }} as paid_user_pct,
        {{ ratio('places.total_plays', 'places.unique_users') }} as plays_per_user,
        places.unique_songs,
        places.unique_artists,
        places.unique_users < 5 as is_small_sample,
        {{ ratio('places.weighted_latitude', 'places.total_plays', 4) }} as latitude,
        {{ ratio('places.weighted_longitude', 'places.total_plays', 4) }} as longitude,
        places.first_activity,
        places.last_activity,
        newest.as_of
    from places
    cross join newest
)

select * from final
