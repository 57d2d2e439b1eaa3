with landed as (
    {{ deduplicated(source('staging', 'status_change_events')) }}
),

renamed as (
    select
        {{ lineage_columns('status_change_events') }},
        {{ session_columns() }},
        auth as auth_state,
        level as previous_level,
        case level when 'free' then 'paid' when 'paid' then 'free' end as new_level,
        {{ device_columns() }},
        {{ user_columns() }}
    from landed
)

select * from renamed
