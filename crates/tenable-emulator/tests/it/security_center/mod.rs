//! Security Center, mostly on the core without sockets. Names of tests begin with the requirement that they show.
//!
//! | | What is required |
//! | --- | --- |
//! | E1 | paths below `/rest`, and with Enclave Security below `/rest/tes` |
//! | E2, E3, E4 | the envelope of successes and of failures, and its label |
//! | E5, E6 | logging in, the limit of sessions, wrong passwords |
//! | E7, E8 | credentials: token with cookie, or key |
//! | E9, E10 | ids and uuids; roles and groups that are always there |
//! | E11 to E16 | lists of users: who is in them, which fields, paging and sorting |
//! | E17 to E19 | new users: required attributes, taken names, roles and groups that may be given |
//! | E20 | types on the wire |
//! | E21 to E23 | edits: only what is sent, locks, linked users |
//! | E24 to E26 | deletion and migration; users who do not exist |
//! | E27 to E29 | roles: answers, fixed ones, who sees what |
//! | E30 | groups |
//! | E31, E32 | resources below `/organization`; the missing `orgID` |
//! | E33, E34 | the current user, and switching to a linked account |
//! | E35 | faults |
//! | E36 | `/system` |
//!
//! Rules of the product: 1 and 2 whom `orgID` lists, now and in 2016; 3 the own organization; 4 and 5 who creates whom; 6
//! rights to see fields; 7 `parent`; 8 no editing of oneself; 9 `currentPassword`; 10 locks reach linked users; 11 linked
//! users are the administrators' business; 12 no expiry override for administrators; 13 migration; 14 administrators with
//! linked users stay; 15 one linked user in an organization; 17 first users stay; 18 locked users stay out; 20 sample
//! content; 21 password expiry. What is missing from the numbers, 16 and 19, is about other accounts' links and about
//! directories, and does not show in this API.

mod certificates;
mod creation;
mod current_user;
mod deletion;
mod edits;
mod faults;
mod groups;
mod keys;
mod lists;
mod organizations;
mod requests;
mod roles;
mod rules;
mod security_managers;
mod sessions;
mod state;
mod support;
