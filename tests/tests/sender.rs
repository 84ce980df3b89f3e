//! The detached sender: it disturbs nobody, is gone in time whatever it waits for, and finds its
//! way through a proxy.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

use std::{
    collections::BTreeSet,
    fs::{self, File, OpenOptions},
    io::{BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use serde_json::{Value, json};
use tests::{
    Collector, Sandbox, artifacts,
    faults::{pass_minute, record},
    run,
};
use wait_timeout::ChildExt;

/// Longest that a test waits for what is to come.
const PATIENCE: Duration = Duration::from_secs(50);
const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";

#[test]
fn a_sender_disturbs_nobody() {
    let sandbox = with_telemetry();
    let endpoint = TcpListener::bind("127.0.0.1:0").unwrap();
    sandbox.set_endpoint(&format!("http://{}/api/track", endpoint.local_addr().unwrap()));

    // A shell that has opened files of its own, as scripts do.
    let held = sandbox.path("held");
    let host = sandbox.host_demo(&["info"]);
    let mut shell = sandbox.command(Path::new("sh"));
    shell.args(["-c", r#"exec "$@" 7<"$0" 9>"$0.out""#]).arg(with_content(&held));
    shell.arg(host.get_program()).args(host.get_args()).current_dir(sandbox.project());
    assert!(run(&mut shell).status.success());

    let (mut stream, _) = endpoint.accept().unwrap();
    let sender = process_of(&sandbox);
    let stat = fs::read_to_string(sender.join("stat")).unwrap();
    // Behind the name in parentheses: state, parent, group, session; the 19th field is the nice
    // value (proc_pid_stat(5)).
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    assert_eq!(fields[3], sender.file_name().unwrap(), "it leads a session of its own");
    assert_eq!(fields[16], "19", "it has the lowest priority");
    assert_eq!(fs::read_link(sender.join("cwd")).unwrap(), Path::new("/"));
    let open = |fd: &str| fs::read_link(sender.join("fd").join(fd)).ok();
    for standard in ["0", "1", "2"] {
        assert_eq!(open(standard).as_deref(), Some(Path::new("/dev/null")));
    }
    let all: Vec<_> =
        fs::read_dir(sender.join("fd")).unwrap().filter_map(|fd| fd.unwrap().path().read_link().ok()).collect();
    assert!(all.iter().all(|path| !path.starts_with(&held) && path != &sandbox.path("held.out")), "{all:?}");

    let _ = read_request(&mut BufReader::new(&stream));
    stream.write_all(OK).unwrap();
    sandbox.settle();
    assert_eq!(outcomes(&sandbox), ["sent"]);
}

#[test]
fn a_process_that_hangs_before_its_plugin_is_loaded_is_gone_in_half_a_minute() {
    let sandbox = with_telemetry();
    let config = pipe(&sandbox.path("config.toml"));
    let mut detached = sandbox.command(&artifacts().binary("host-demo"));
    detached.args(["--detached", "kedro-telemetry", "--config"]).arg(&config).args([
        "telemetry",
        "flush",
        "--background",
    ]);
    assert_ends_though_it_waits_for(&config, detached);
}

#[test]
fn a_sender_that_hangs_where_there_is_no_deadline_is_gone_in_half_a_minute_under_any_host() {
    let sandbox = with_telemetry();
    let certificates = pipe(&sandbox.path("certificates.pem"));
    // No sender yet.
    let facts = json!({"endpoint": "https://127.0.0.1:1/api/track", "cannot_relaunch": true});
    assert!(run(&mut sandbox.kedro_like(&facts, &[])).status.success());
    let mut sender = sandbox.kedro_like(&facts, &["telemetry", "flush", "--background"]);
    sender.env("SSL_CERT_FILE", &certificates);
    assert_ends_though_it_waits_for(&certificates, sender);
    assert_eq!(outcomes_in(&kedros_log(&sandbox)), ["queued"]);
}

#[test]
fn a_command_that_waits_for_delivery_does_not_wait_for_what_has_no_deadline() {
    let sandbox = with_telemetry();
    let certificates = pipe(&sandbox.path("certificates.pem"));
    sandbox.set_endpoint("https://127.0.0.1:1/api/track");
    let mut command = sandbox.host_demo(&["info"]);
    command.env("KEDRO_TELEMETRY_DELIVERY", "blocking").env("SSL_CERT_FILE", &certificates);
    assert_ends_though_it_waits_for(&certificates, command);
    assert_eq!(outcomes(&sandbox), ["queued"]);
}

#[test]
fn a_host_that_cannot_start_itself_again_leaves_the_events_for_the_next_flush() {
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    let facts = json!({"endpoint": collector.endpoint(), "cannot_relaunch": true});
    assert!(run(&mut sandbox.kedro_like(&json!({}), &["telemetry", "on"])).status.success());
    for _ in 0..2 {
        let output = run(&mut sandbox.kedro_like(&facts, &[]));
        assert_eq!(
            (output.status.code(), text(&output.stdout), text(&output.stderr)),
            (Some(0), String::new(), String::new())
        );
    }
    assert_eq!((kedros_log(&sandbox).len(), collector.bodies().len()), (2, 0));
    let flush = run(&mut sandbox.kedro_like(&facts, &["telemetry", "flush"]));
    assert_eq!(text(&flush.stdout), "2 sent\n");
    assert_eq!(collector.bodies()[0]["events"].as_array().unwrap().len(), 2);
}

#[test]
fn what_a_full_queue_costs_is_counted_and_ten_thousand_events_go_in_few_requests_a_thousand_a_minute() {
    const RECORDED: u64 = 10_500;
    let (sandbox, collector) = (with_telemetry(), Collector::start());
    let facts = json!({"endpoint": collector.endpoint(), "cannot_relaunch": true, "times": RECORDED});
    assert!(run(&mut sandbox.kedro_like(&facts, &[])).status.success());
    let log = kedros_log(&sandbox);
    let count = |outcome: &str| -> u64 {
        log.iter().filter(|line| line["outcome"] == outcome).map(|line| line["count"].as_u64().unwrap()).sum()
    };
    let (queued, dropped) = (count("queued"), count("dropped"));
    assert_eq!(queued + dropped, RECORDED, "{dropped} dropped");
    assert!(dropped > 0);
    assert!(log.iter().filter(|line| line["outcome"] == "dropped").all(|line| line["reason"] == "the queue was full"));

    let facts = json!({"endpoint": collector.endpoint()});
    let queued_now = || kedros_log(&sandbox).iter().any(|line| line["outcome"] == "queued");
    while queued_now() {
        let flush = run(&mut sandbox.kedro_like(&facts, &["telemetry", "flush"]));
        assert!(flush.status.success(), "{}", text(&flush.stdout));
        assert!(text(&flush.stdout).starts_with("1000 sent") || !queued_now(), "{}", text(&flush.stdout));
        pass_minute(&sandbox.path("state/kedro-telemetry/kedro"));
    }
    let bodies = collector.bodies();
    assert!(bodies.len() <= 20, "{} requests", bodies.len());
    let events = bodies.iter().flat_map(|body| body["events"].as_array().unwrap());
    let keys: BTreeSet<_> = events.map(|event| event["idempotency_key"].as_str().unwrap()).collect();
    // Sending keeps the bound once more.
    assert_eq!(keys.len() as u64, queued.min(10_000));
}

#[test]
fn consent_that_is_withdrawn_during_a_request_holds_for_the_next_one() {
    let sandbox = with_telemetry();
    let endpoint = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/api/track", endpoint.local_addr().unwrap());
    sandbox.set_endpoint(&address);
    record(&sandbox, &address, std::time::SystemTime::now(), 1_500);
    let mut flush = sandbox.host_demo(&["telemetry", "flush"]);
    let flush = flush.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();

    let (mut stream, _) = endpoint.accept().unwrap();
    let body = read_request(&mut BufReader::new(&stream)).unwrap();
    assert_eq!(body["events"].as_array().unwrap().len(), 1_000);
    // By hand: the command would also delete what waits.
    fs::write(sandbox.path("config/kedro-telemetry/host-demo/consent.toml"), "consent = false\n").unwrap();
    stream.write_all(OK).unwrap();
    let output = flush.wait_with_output().unwrap();
    assert_eq!(text(&output.stdout), "1000 sent, 500 deleted for lack of consent\n");
    endpoint.set_nonblocking(true).unwrap();
    assert!(endpoint.accept().is_err(), "there was another request");
}

#[test]
fn https_goes_through_the_proxy_and_is_trusted_as_the_system_says() {
    let endpoint = SecureEndpoint::start("collector.example");
    let stranger = SecureEndpoint::start("collector.example");
    let case = |variables: &[(&str, &str)]| {
        let sandbox = with_telemetry();
        sandbox.set_endpoint("https://collector.example/api/track");
        let mut command = sandbox.host_demo(&["info"]);
        command.envs(variables.iter().copied());
        assert!(sandbox.run_to_the_end(&command).status.success());
        (outcomes(&sandbox), log(&sandbox)[0]["reason"].as_str().unwrap_or_default().to_owned())
    };
    let proxy = format!("http://{}", endpoint.address);
    let trusted = endpoint.authority.to_str().unwrap();

    let (outcomes, _) = case(&[("HTTPS_PROXY", &proxy), ("SSL_CERT_FILE", trusted)]);
    assert_eq!(outcomes, ["sent"]);
    let (target, body) = endpoint.requests.recv_timeout(PATIENCE).unwrap();
    assert_eq!(target, "collector.example:443");
    assert_eq!(body.unwrap()["properties"]["command"], "host-demo info");

    let (outcomes, reason) = case(&[("HTTPS_PROXY", &proxy), ("SSL_CERT_FILE", stranger.authority.to_str().unwrap())]);
    assert_eq!(outcomes, ["kept", "queued"]);
    assert!(reason.contains("certificate"), "{reason}");
    assert_eq!(endpoint.requests.recv_timeout(PATIENCE).unwrap(), ("collector.example:443".to_owned(), None));

    // The name leads nowhere but through the proxy.
    let (outcomes, reason) =
        case(&[("HTTPS_PROXY", &proxy), ("NO_PROXY", "collector.example"), ("SSL_CERT_FILE", trusted)]);
    assert_eq!(outcomes, ["kept", "queued"]);
    assert!(reason.starts_with("cannot connect"), "{reason}");
    assert!(endpoint.requests.try_recv().is_err(), "the proxy was asked");
}

/// An endpoint that is reached through the proxy that it is itself.
struct SecureEndpoint {
    address: std::net::SocketAddr,
    /// The certificate of the authority that vouches for it.
    authority: PathBuf,
    /// For each connection, whom the proxy was asked for, and the body if one arrived.
    requests: mpsc::Receiver<(String, Option<Value>)>,
    _folder: tempfile::TempDir,
}

impl SecureEndpoint {
    fn start(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &authority).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], key).unwrap();
        let config = Arc::new(config);

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("authority.pem");
        fs::write(&file, authority.pem()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let _ = sender.send(serve(stream.unwrap(), Arc::clone(&config)));
            }
        });
        Self { address, authority: file, requests, _folder: folder }
    }
}

/// Answers `CONNECT` and then, as the one asked for, the request.
fn serve(stream: TcpStream, config: Arc<ServerConfig>) -> (String, Option<Value>) {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut lines = BufReader::new(&stream).lines().map(Result::unwrap);
    let target = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    assert!(lines.any(|line| line.is_empty()), "the head of the request has an end");
    (&stream).write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").unwrap();
    let mut secure = BufReader::new(StreamOwned::new(ServerConnection::new(config).unwrap(), stream));
    let body = read_request(&mut secure);
    if body.is_some() {
        secure.get_mut().write_all(OK).unwrap();
        secure.get_mut().conn.send_close_notify();
        let _ = secure.get_mut().flush();
    }
    (target, body)
}

/// A named pipe: whoever opens it waits for the other side.
fn pipe(path: &Path) -> PathBuf {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    path.to_owned()
}

/// Runs `command` until it reads from `pipe`, where nothing ever comes, and then to its end.
fn assert_ends_though_it_waits_for(pipe: &Path, mut command: Command) {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = silent.spawn().unwrap();
    let (opened, is_open) = mpsc::channel::<File>();
    let path = pipe.to_owned();
    // Opens as soon as the other side does.
    thread::spawn(move || opened.send(OpenOptions::new().write(true).open(path).unwrap()));
    let writer = is_open.recv_timeout(PATIENCE);
    let status = child.wait_timeout(PATIENCE).unwrap();
    if status.is_none() {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(writer.is_ok(), "it never read from the pipe");
    assert!(status.is_some(), "it is still there");
}

/// Where `/proc` shows the sender of this sandbox.
fn process_of(sandbox: &Sandbox) -> PathBuf {
    let mark = sandbox.path("").to_str().unwrap().to_owned();
    let is_sender = |process: &PathBuf| {
        let words = fs::read(process.join("cmdline")).unwrap_or_default();
        let words = String::from_utf8_lossy(&words).into_owned();
        words.contains("--background") && words.contains(&mark)
    };
    let mut processes = fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path());
    processes.find(is_sender).expect("a sender is at work")
}

fn with_content(path: &Path) -> &Path {
    fs::write(path, "x").unwrap();
    path
}

fn with_telemetry() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.install(&artifacts().telemetry());
    sandbox
}

fn log(sandbox: &Sandbox) -> Vec<Value> {
    lines_of(&mut sandbox.host_demo(&["telemetry", "log", "--format", "json"]))
}

/// What the host that says it is Kedro has in its log.
fn kedros_log(sandbox: &Sandbox) -> Vec<Value> {
    lines_of(&mut sandbox.kedro_like(&json!({}), &["telemetry", "log", "--format", "json"]))
}

fn lines_of(command: &mut Command) -> Vec<Value> {
    text(&run(command).stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn outcomes(sandbox: &Sandbox) -> Vec<String> {
    outcomes_in(&log(sandbox))
}

fn outcomes_in(log: &[Value]) -> Vec<String> {
    log.iter().map(|line| line["outcome"].as_str().unwrap().to_owned()).collect()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The JSON body of a request; `None` when no whole request comes.
fn read_request(stream: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
