//! The clients from outside: against servers that fail in every way, and against the real one.
#![cfg(all(feature = "http", feature = "yaml"))]

mod callbacks;
mod copies;
mod events;
mod folders;
mod hostile;
mod network;
mod process;
mod projects;
#[cfg(all(feature = "async", feature = "openfeature"))]
mod readme;
mod server;
mod serving;
mod streams;
mod support;
mod world;
