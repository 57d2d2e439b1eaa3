{{ config(**on_bigquery({'partition_by': {'field': 'played_on', 'data_type': 'date'}, 'cluster_by': ['user_id', 'song_id']})) }}
-- What the facts leave out is counted in the same build as they are, whatever mart is asked for: the ledger compares them.
-- depends_on: {{ ref('int_filtered_plays') }}
with plays as (
    select * from {{ ref('int_plays') }}
    where filter_reason is null
),

final as (
    select
        played_on,
        user_id,
        song_id,
        level,
        state,
        city,
        artist,
        song,
        count(*) as plays,
        {{ count_of('is_qualified') }} as qualified_plays,
        {{ count_of('is_completed') }} as completed_plays,
        {% for name in ['Morning', 'Afternoon', 'Evening', 'Night'] -%}
        {{ count_of("time_of_day = '" ~ name ~ "'") }} as {{ name | lower }}_plays,
        {% endfor -%}
        round(sum(listened_seconds), 3) as listened_seconds,
        round(avg(latitude), 4) as latitude,
        round(avg(longitude), 4) as longitude,
        min(played_at) as first_played_at,
        max(played_at) as last_played_at
    from plays
    group by played_on, user_id, song_id, level, state, city, artist, song
)

select * from final
