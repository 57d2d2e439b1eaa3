{{ config(**on_bigquery({'cluster_by': ['artist', 'song_id']})) }}
with daily_plays as (
    select * from {{ ref('int_daily_plays') }}
),

popularity as (
    select * from {{ ref('int_song_popularity') }}
),

sessions as (
    select
        song_id,
        count(distinct {{ dbt.concat([as_text('user_id'), "'/'", as_text('session_id')]) }}) as unique_sessions
    from {{ ref('int_plays') }}
    where filter_reason is null
    group by song_id
),

newest as (
    select max(last_played_at) as as_of from daily_plays
),

songs as (
    select
        song_id,
        song,
        artist,
        {{ total('plays') }} as total_plays,
        {{ total('qualified_plays') }} as qualified_plays,
        count(distinct user_id) as unique_listeners,
        {{ total("case when level = 'paid' then plays else 0 end") }} as paid_plays,
        count(distinct played_on) as days_with_plays,
        sum(morning_plays) as morning_plays,
        sum(afternoon_plays) as afternoon_plays,
        sum(evening_plays) as evening_plays,
        sum(night_plays) as night_plays,
        min(first_played_at) as first_played_at,
        max(last_played_at) as last_played_at
    from daily_plays
    group by song_id, song, artist
),

final as (
    select
        rank() over (
            order by popularity.popularity_score desc, songs.qualified_plays desc, songs.song_id
        ) as popularity_rank,
        rank() over (order by songs.total_plays desc) as rank_by_plays,
        rank() over (order by songs.unique_listeners desc) as rank_by_listeners,
        songs.song_id,
        songs.song,
        songs.artist,
        popularity.popularity_score,
        songs.total_plays,
        songs.qualified_plays,
        songs.unique_listeners,
        sessions.unique_sessions,
        songs.paid_plays,
        songs.total_plays - songs.paid_plays as free_plays,
        {{ percentage('songs.paid_plays', 'songs.total_plays') }} as paid_ratio_pct,
        songs.first_played_at,
        songs.last_played_at,
        songs.days_with_plays,
        {{ ratio('songs.total_plays', 'songs.days_with_plays') }} as avg_plays_per_day,
        {{ busiest_time_of_day('songs') }} as peak_time_of_day,
        {{ ratio('songs.total_plays', 'songs.unique_listeners') }} as plays_per_listener,
        newest.as_of
    from songs
    inner join popularity on songs.song_id = popularity.song_id
    inner join sessions on songs.song_id = sessions.song_id
    cross join newest
)

select * from final
