//! Measures what it costs to take values over from a plugin, beside a copy of as much within the
//! host: `values-host LIBRARY BYTES CASE ROUNDS` prints the median nanoseconds of both, and by how
//! many bytes memory grows at most when the value is taken over.

use std::{env, fs, hint::black_box, time::Instant};

use fixture_interfaces::{
    host,
    values::{AskNumber, Echo, Given, GivenSource, MakeEcho},
};
use hookspec::{Failed, Result};

struct Size(usize);

impl GivenSource for Size {
    fn size(&self) -> usize {
        self.0
    }

    fn number(&self) -> u32 {
        0
    }
}

/// What the plugin has, in the host.
struct Own {
    bytes: Vec<u8>,
    numbers: Vec<i64>,
    text: String,
    texts: Vec<String>,
}

/// A value that is measured, by its name.
struct Case {
    name: &'static str,
    /// Takes it over from the plugin.
    take: fn(&Echo),
    /// Copies it within the host.
    copy: fn(&Own),
}

/// Has a value made and freed.
fn make<T>(value: T) {
    drop(black_box(value));
}

const CASES: [Case; 8] = [
    Case { name: "lent bytes", take: |echo| make(echo.lent()), copy: |own| make(own.bytes.clone()) },
    Case { name: "bytes", take: |echo| make(echo.copied()), copy: |own| make(own.bytes.clone()) },
    Case { name: "list of bytes", take: |echo| make(echo.copied_list()), copy: |own| make(own.bytes.clone()) },
    Case { name: "list of numbers", take: |echo| make(echo.copied_numbers()), copy: |own| make(own.numbers.clone()) },
    Case { name: "lent text", take: |echo| make(echo.lent_text()), copy: |own| make(own.text.clone()) },
    Case { name: "text", take: |echo| make(echo.copied_text()), copy: |own| make(own.text.clone()) },
    Case { name: "lent texts", take: |echo| make(echo.lent_texts()), copy: |own| make(own.texts.clone()) },
    Case { name: "texts", take: |echo| make(echo.texts()), copy: |own| make(own.texts.clone()) },
];

fn main() -> Result<()> {
    let words: Vec<String> = env::args().skip(2).collect();
    let [size, case, rounds] = words.as_slice() else {
        return Err(Failed::new("usage: values-host LIBRARY BYTES CASE ROUNDS"));
    };
    let (size, rounds) = (size.parse::<usize>()?, rounds.parse::<usize>()?);
    let known = CASES.iter().find(|known| known.name == case);
    let Case { take, copy, .. } = known.ok_or_else(|| Failed::new(format_args!("there is no case `{case}`")))?;
    let (_plugins, (make, _)) = host::load(|manager| Ok((manager.declare(MakeEcho)?, manager.declare(AskNumber)?)))?;
    let echo = make.call(&Given::new(Size(size)))?.pop().ok_or_else(|| Failed::new("the library makes no echo"))?;
    let own = Own {
        bytes: echo.lent().to_vec(),
        numbers: echo.lent_numbers().to_vec(),
        text: echo.lent_text().to_owned(),
        texts: echo.texts(),
    };
    let grown = grown(|| take(&echo))?;
    let (mut taken, mut copied) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        taken.push(nanos(|| take(&echo)));
        copied.push(nanos(|| copy(&own)));
    }
    println!("{} {} {grown}", median(taken), median(copied));
    Ok(())
}

fn nanos(code: impl FnOnce()) -> u128 {
    let start = Instant::now();
    code();
    start.elapsed().as_nanos()
}

fn median(mut times: Vec<u128>) -> u128 {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// By how many bytes the memory of the process grows at most while `code` runs; Linux alone tells.
fn grown(code: impl FnOnce()) -> Result<usize> {
    if !cfg!(target_os = "linux") {
        return Ok(0);
    }
    // Forgets the peaks so far.
    fs::write("/proc/self/clear_refs", "5")?;
    let before = status("VmRSS:")?;
    code();
    Ok(status("VmHWM:")?.saturating_sub(before))
}

/// A line of the process's status, in bytes.
fn status(key: &str) -> Result<usize> {
    let text = fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(key));
    let kilobytes = line.and_then(|line| line.trim().strip_suffix(" kB")).ok_or_else(|| Failed::new("no such line"))?;
    Ok(kilobytes.parse::<usize>()? * 1024)
}
