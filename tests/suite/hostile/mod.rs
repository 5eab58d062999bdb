//! What nobody means well with: requests and files, each with the answer it is to get. On the real binary.

mod files;
mod found;
mod requests;
