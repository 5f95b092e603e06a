create database dagster owner miners;
-- The role analyst may enter the warehouse alone.
revoke connect, temporary on database dagster from public;
revoke connect, temporary on database postgres from public;
revoke connect, temporary on database template1 from public;
