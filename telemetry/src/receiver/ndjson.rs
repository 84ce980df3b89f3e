//! A line of JSON for each event, the same as in a file.

use super::request::Request;
use crate::body::single_body;

pub fn request(app_id: &str, batch: &[&str]) -> Request {
    let lines = batch.iter().map(|event| single_body(app_id, event) + "\n");
    let body = lines.collect::<String>().into_bytes();
    Request { content_type: "application/x-ndjson", body, user: None, takes_gzip: false }
}
