create database dagster owner miners;
