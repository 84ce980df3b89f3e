//! Endpoints on loopback that answer at once, late, or never.

use std::{net::TcpListener, sync::Arc, thread, time::Duration};

use tiny_http::{Response, Server};

/// How an endpoint answers.
#[derive(Clone, Copy, Debug)]
pub enum Answer {
    /// As soon as it has the request.
    After(Duration),
    /// Accepts the connection, and that is all.
    Never,
}

/// An endpoint; it stays until the program ends.
pub struct Sink {
    /// Its address.
    pub url: String,
}

impl Sink {
    /// Starts one.
    pub fn start(answer: Answer) -> Result<Self, String> {
        let address = match answer {
            Answer::After(delay) => answering(delay)?,
            Answer::Never => silent()?,
        };
        Ok(Self { url: format!("http://{address}/api/track") })
    }
}

fn answering(delay: Duration) -> Result<String, String> {
    let server = Arc::new(Server::http("127.0.0.1:0").map_err(|error| error.to_string())?);
    let address = server.server_addr().to_string();
    thread::spawn(move || {
        for mut request in server.incoming_requests() {
            thread::spawn(move || {
                let _ = std::io::copy(request.as_reader(), &mut std::io::sink());
                thread::sleep(delay);
                // A client that has hung up needs no answer.
                let _ = request.respond(Response::from_string("{}"));
            });
        }
    });
    Ok(address)
}

fn silent() -> Result<String, String> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(|error| error.to_string())?;
    let address = listener.local_addr().map_err(|error| error.to_string())?.to_string();
    thread::spawn(move || listener.incoming().collect::<Vec<_>>());
    Ok(address)
}
