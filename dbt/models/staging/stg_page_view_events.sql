with landed as (
    {{ deduplicated(source('staging', 'page_view_events')) }}
),

renamed as (
    select
        {{ lineage_columns('page_view_events') }},
        {{ session_columns() }},
        {{ label('page') }} as page,
        method as http_method,
        status as http_status,
        auth as auth_state,
        level,
        {{ device_columns() }},
        {{ user_columns() }},
        {{ filled('artist') }} as artist,
        {{ filled('song') }} as song,
        duration as duration_seconds
    from landed
)

select * from renamed
