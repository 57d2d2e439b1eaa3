with events as (
    select
        event_id, user_id, session_id, event_at, item_in_session, level, auth_state, first_name, last_name, gender,
        registered_at, city, state, 'page_view' as kind, 1 as kind_order
    from {{ ref('stg_page_view_events') }}

    union all

    select
        event_id, user_id, session_id, event_at, item_in_session, level, auth_state, first_name, last_name, gender,
        registered_at, city, state, 'listen' as kind, 2 as kind_order
    from {{ ref('stg_listen_events') }}

    union all

    select
        event_id, user_id, session_id, event_at, item_in_session, level, 'Logged In' as auth_state, first_name, last_name, gender,
        registered_at, city, state, case when is_success then 'login' else 'failed_login' end as kind, 3 as kind_order
    from {{ ref('stg_auth_events') }}

    union all

    select
        event_id, user_id, session_id, event_at, item_in_session, new_level as level, auth_state, first_name, last_name, gender,
        registered_at, city, state, case new_level when 'paid' then 'upgrade' else 'downgrade' end as kind, 4 as kind_order
    from {{ ref('stg_status_change_events') }}
)

select * from events
where user_id is not null
