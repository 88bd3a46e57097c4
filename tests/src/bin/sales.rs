//! Makes Meridian's sales: `cargo run -p dashgen-tests --bin sales -- --rows 100000 --out sales.parquet`.

use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: sales --rows N --out FILE.parquet";

fn main() -> ExitCode {
    match arguments(std::env::args().skip(1)).ok_or(USAGE.to_owned()).and_then(make) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// `--rows` (digits, `_` allowed) and `--out`, in either order.
fn arguments(mut args: impl Iterator<Item = String>) -> Option<(u64, PathBuf)> {
    let (mut rows, mut out) = (None, None);
    while let Some(flag) = args.next() {
        let value = args.next()?;
        match flag.as_str() {
            "--rows" => rows = value.replace('_', "").parse().ok(),
            "--out" => out = Some(PathBuf::from(value)),
            _ => return None,
        }
    }
    Some((rows?, out?))
}

fn make((rows, out): (u64, PathBuf)) -> Result<(), String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", out.display());
    let file = File::create(&out).map_err(|error| named(&error))?;
    dashgen_tests::sales::write(rows, BufWriter::new(file)).map_err(|error| named(&error))?;
    println!("{}: {rows} rows", out.display());
    Ok(())
}
