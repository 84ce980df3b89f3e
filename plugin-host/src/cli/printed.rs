//! What a process prints, read apart so that it never waits for its reader, and so much and no
//! more.

use std::{
    io::{self, Read},
    process::Child,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

/// Most that is read of one stream, in bytes.
const LIMIT: usize = 4 << 20;

/// What is left behind may hold the streams open; what it has printed by then is enough.
const LAST_WORDS: Duration = Duration::from_millis(200);

/// A stream has more to say than anybody reads.
#[derive(Clone, Copy)]
pub(super) struct Flood {
    /// What was read of it, in bytes.
    pub(super) limit: usize,
}

/// Both streams of a process.
pub(super) struct Printed {
    stdout: Arc<Stream>,
    stderr: Arc<Stream>,
    ended: mpsc::Receiver<()>,
}

#[derive(Default)]
struct Stream {
    kept: Mutex<Vec<u8>>,
    is_flood: AtomicBool,
    /// Whether nobody wants the rest.
    is_over: AtomicBool,
}

impl Printed {
    /// By `child`, whose streams are pipes.
    pub(super) fn by(child: &mut Child) -> io::Result<Self> {
        let (end, ended) = mpsc::channel();
        let stdout = keep(child.stdout.take(), end.clone())?;
        let stderr = keep(child.stderr.take(), end)?;
        Ok(Self { stdout, stderr, ended })
    }

    /// Whether a stream has more to say.
    pub(super) fn flood(&self) -> Option<Flood> {
        let is_flood = |stream: &Stream| stream.is_flood.load(Ordering::Relaxed);
        (is_flood(&self.stdout) || is_flood(&self.stderr)).then_some(Flood { limit: LIMIT })
    }

    /// What was printed on either stream. Nothing is read from now on, also when something that left
    /// the process' group holds them open.
    pub(super) fn end(&self) -> (Vec<u8>, Vec<u8>) {
        // Either both have come to their end, or nobody waits for it.
        let _ = self.ended.recv_timeout(LAST_WORDS).and_then(|()| self.ended.recv_timeout(LAST_WORDS));
        (self.stdout.end(), self.stderr.end())
    }
}

impl Stream {
    fn kept(&self) -> MutexGuard<'_, Vec<u8>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn end(&self) -> Vec<u8> {
        self.is_over.store(true, Ordering::Relaxed);
        std::mem::take(&mut *self.kept())
    }

    /// Takes a piece; whether another is wanted.
    fn take(&self, piece: &[u8]) -> bool {
        let mut kept = self.kept();
        if self.is_over.load(Ordering::Relaxed) {
            return false;
        }
        let fitting = piece.len().min(LIMIT - kept.len());
        kept.extend_from_slice(&piece[..fitting]);
        let is_flood = fitting < piece.len();
        self.is_flood.store(is_flood, Ordering::Relaxed);
        !is_flood
    }
}

/// Reads a stream in a thread, which closes it at its end or when nothing more of it is wanted.
fn keep(stream: Option<impl Read + Send + 'static>, end: mpsc::Sender<()>) -> io::Result<Arc<Stream>> {
    let kept = Arc::<Stream>::default();
    let (Some(mut stream), into) = (stream, Arc::clone(&kept)) else { return Ok(kept) };
    thread::Builder::new().spawn(move || {
        let mut piece = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = stream.read(&mut piece) {
            if !into.take(&piece[..length]) {
                break;
            }
        }
        drop(stream);
        // Whoever waits may have given up.
        let _ = end.send(());
    })?;
    Ok(kept)
}
