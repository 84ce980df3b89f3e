//! Serving connections: one request each.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::Mutex,
    thread,
    time::Duration,
};

use serde_json::Value;

use super::{account::keys, answer::Answer, conversation::Conversation, inbox::Inbox, tls::Authority};

/// How long a connection waits for the next byte before it looks whether it is to end.
const GLANCE: Duration = Duration::from_millis(50);
/// What a flood announces, and sends if it is taken.
const FLOOD: u64 = 1 << 30;

/// Serves whoever comes until the collector is over.
pub(super) fn serve(listener: &TcpListener, inbox: &Inbox, authority: &Mutex<Option<Authority>>) {
    thread::scope(|scope| {
        for stream in listener.incoming() {
            if inbox.is_over() {
                break;
            }
            let Ok(stream) = stream else { continue };
            let authority = authority.lock().unwrap().clone();
            // A client that goes away while it is served may be what a test is about.
            scope.spawn(move || converse(stream, inbox, authority.as_ref()));
        }
    });
}

/// One request of a connection.
fn converse(stream: TcpStream, inbox: &Inbox, authority: Option<&Authority>) -> io::Result<()> {
    stream.set_read_timeout(Some(GLANCE))?;
    let mut stream = Conversation::begin(stream, authority)?;
    let mut reader = BufReader::new(Patient { stream: &mut stream, inbox });
    let head = Head::read(&mut reader)?;
    let answer = inbox.current();
    if answer == Answer::Reset {
        // What is left unread when a connection is closed makes the system reset it.
        return reader.read_exact(&mut vec![0; head.length / 2]);
    }
    let mut body = vec![0; head.length];
    reader.read_exact(&mut body)?;
    drop(reader);
    let body = parse(&body);
    inbox.receive(&head.path, &head.headers, &body);
    respond(&mut stream, inbox, answer, &body)
}

fn respond(stream: &mut Conversation, inbox: &Inbox, answer: Answer, body: &Value) -> io::Result<()> {
    match answer {
        Answer::Silence | Answer::Reset => {
            while !matches!(stream.read(&mut [0]), Ok(0)) && !inbox.is_over() {}
            Ok(())
        }
        Answer::Status(status, headers) => whole(stream, inbox, status, &headers, body),
        Answer::AtMost(most) => whole(stream, inbox, if keys(body).len() > most { 413 } else { 200 }, "", body),
        Answer::After(time) => {
            inbox.pause(time);
            whole(stream, inbox, 200, "", body)
        }
        Answer::Drop => {
            inbox.acknowledge(body);
            write_head(stream, 200, "", 1000)
        }
        Answer::Flood => {
            inbox.acknowledge(body);
            write_head(stream, 200, "", FLOOD)?;
            flood(stream, inbox)
        }
        Answer::Trickle => trickle(stream, inbox),
    }
}

/// A whole response, an empty object.
fn whole(stream: &mut Conversation, inbox: &Inbox, status: u16, headers: &str, body: &Value) -> io::Result<()> {
    const EMPTY: &[u8] = b"{}";
    if (200..300).contains(&status) {
        inbox.acknowledge(body);
    }
    write_head(stream, status, headers, EMPTY.len() as u64)?;
    stream.write_all(EMPTY)?;
    stream.flush()
}

fn write_head(stream: &mut Conversation, status: u16, headers: &str, length: u64) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} X\r\n{headers}Content-Type: application/json\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.flush()
}

fn flood(stream: &mut Conversation, inbox: &Inbox) -> io::Result<()> {
    let part = vec![b'x'; 64 * 1024];
    for _ in 0..FLOOD / part.len() as u64 {
        stream.write_all(&part)?;
        if !inbox.taken(part.len() as u64) {
            break;
        }
    }
    Ok(())
}

fn trickle(stream: &mut Conversation, inbox: &Inbox) -> io::Result<()> {
    for byte in b"HTTP/1.1 200 X\r\nContent-Length: 0\r\n\r\n" {
        stream.write_all(&[*byte])?;
        if !inbox.pause(Duration::from_secs(1)) {
            break;
        }
    }
    Ok(())
}

/// What a request says before its body.
struct Head {
    path: String,
    headers: Vec<String>,
    length: usize,
}

impl Head {
    fn read(reader: &mut impl BufRead) -> io::Result<Self> {
        let request = line(reader)?;
        let path = request.split(' ').nth(1).ok_or(io::ErrorKind::InvalidData)?.to_owned();
        let (mut headers, mut length) = (Vec::new(), 0);
        loop {
            let header = line(reader)?.to_ascii_lowercase();
            if header.is_empty() {
                return Ok(Self { path, headers, length });
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
            headers.push(header);
        }
    }
}

fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

/// The JSON of a body; null for what is not JSON.
///
/// Python writes bytes that are not text as lone surrogates, which JSON here does not have: they
/// are kept as U+FFFD.
fn parse(body: &[u8]) -> Value {
    serde_json::from_slice(body).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(body);
        let mut parts = text.split(r"\udc");
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            whole.push_str(r"\ufffd");
            whole.push_str(part.get(2..).unwrap_or_default());
        }
        serde_json::from_str(&whole).unwrap_or(Value::Null)
    })
}

/// Reads on after each glance at whether the server is over.
struct Patient<'a> {
    stream: &'a mut Conversation,
    inbox: &'a Inbox,
}

impl Read for Patient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.stream.read(buffer) {
                Err(error) if is_timeout(&error) && !self.inbox.is_over() => {}
                read => return read,
            }
        }
    }
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}
