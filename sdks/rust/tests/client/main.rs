//! The clients from outside: against servers that fail in every way, and against the real one.
#![cfg(all(feature = "http", feature = "yaml"))]

mod copies;
mod events;
mod network;
mod process;
mod projects;
mod server;
mod serving;
mod streams;
mod support;
mod world;
