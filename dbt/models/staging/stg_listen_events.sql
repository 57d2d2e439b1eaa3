with landed as (
    {{ deduplicated(source('staging', 'listen_events')) }}
),

renamed as (
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
    from landed
)

select * from renamed
