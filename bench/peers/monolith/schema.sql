create table users (id uuid primary key, email text not null unique);
create table friendships (low_user_id uuid not null, high_user_id uuid not null, primary key (low_user_id, high_user_id));
create table group_members (group_id uuid not null, user_id uuid not null, primary key (group_id, user_id));
create index on group_members (user_id);
create table messages (
  id bigint generated always as identity primary key,
  conversation text not null,
  sender_id uuid not null,
  recipient_id uuid not null,
  message_type text not null,
  body text not null,
  created_at timestamptz(3) not null default now()
);
create index on messages (conversation, created_at);
