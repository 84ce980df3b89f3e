//! Median nanoseconds of calls that add one to a number, by how many are called: through stabby's
//! trait objects, and in WebAssembly through wasmtime's typed functions. As JSON.

use std::{hint::black_box, time::Instant};

use wasmtime::{Engine, Instance, Module, Store, TypedFunc};

const SIZES: [usize; 4] = [0, 1, 10, 100];
const SERIES: usize = 25;
const CALLS: u32 = 20_000;

const MODULE: &str = "(module (func (export \"add_one\") (param i64) (result i64) local.get 0 i64.const 1 i64.add))";

/// What stabby makes a trait object of.
#[stabby::stabby]
pub trait Adds {
    /// One more.
    extern "C" fn add_one(&self, number: i64) -> i64;
}

struct One(i64);

impl Adds for One {
    extern "C" fn add_one(&self, number: i64) -> i64 {
        number + self.0
    }
}

type Object = stabby::dynptr!(stabby::boxed::Box<dyn Adds>);

fn main() -> wasmtime::Result<()> {
    let stabby = SIZES.map(through_stabby);
    let engine = Engine::default();
    let module = Module::new(&engine, MODULE)?;
    let mut wasmtime = Vec::new();
    for size in SIZES {
        wasmtime.push(through_wasmtime(&engine, &module, size)?);
    }
    println!("{{\"stabby\": {stabby:?}, \"wasmtime\": {wasmtime:?}}}");
    Ok(())
}

fn through_stabby(size: usize) -> f64 {
    let objects: Vec<Object> = (0..size).map(|_| stabby::boxed::Box::new(One(black_box(1))).into()).collect();
    median(|| black_box(&objects).iter().map(|object| object.add_one(black_box(1))).sum())
}

fn through_wasmtime(engine: &Engine, module: &Module, size: usize) -> wasmtime::Result<f64> {
    let mut store = Store::new(engine, ());
    let mut functions: Vec<TypedFunc<i64, i64>> = Vec::new();
    for _ in 0..size {
        functions.push(Instance::new(&mut store, module, &[])?.get_typed_func(&mut store, "add_one")?);
    }
    let mut failed = None;
    let median = median(|| {
        let call = |function: &TypedFunc<i64, i64>| match function.call(&mut store, black_box(1)) {
            Ok(sum) => sum,
            Err(error) => {
                failed = Some(error);
                0
            }
        };
        black_box(&functions).iter().map(call).sum()
    });
    failed.map_or(Ok(median), Err)
}

/// The nanoseconds of one, as the median of several series.
fn median(mut call: impl FnMut() -> i64) -> f64 {
    let mut series: Vec<f64> = (0..SERIES)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..CALLS {
                black_box(call());
            }
            start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
        })
        .collect();
    series.sort_by(f64::total_cmp);
    series[SERIES / 2]
}
