with landed as (
    {{ deduplicated(source('staging', 'auth_events')) }}
),

renamed as (
    select
        {{ lineage_columns('auth_events') }},
        {{ session_columns() }},
        success as is_success,
        level,
        {{ device_columns() }},
        {{ user_columns() }}
    from landed
)

select * from renamed
