//! Slices come back as they were written, whatever the encoding; damaged ones are refused in a sentence.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{Chance, PLAINEST, Row, Writing, rows, table, write};
use dashgen_runtime::plan::{Kind, Table, Value};
use dashgen_runtime::slice;
use parquet::basic::Compression;
use parquet::file::properties::WriterVersion;

/// Reads a file of rows.
fn read(bytes: &[u8], plan: &Table) -> Result<dashgen_runtime::table::Table, String> {
    slice::read(bytes, plan, &plan.files()[0]).map(|mut tables| tables.remove(0))
}

fn check(rows: &[Row], writing: Writing) {
    let read = read(&write(rows, writing), &table("sales")).unwrap();
    assert_eq!(read.rows, rows.len());
    for (place, row) in rows.iter().enumerate() {
        let values = read.columns.iter().map(|column| column.key(place).map_or(Value::Null, |key| column.value(key)));
        assert!(values.eq(row.values()), "row {place} under {writing:?}");
    }
}

#[test]
fn every_way_of_writing_reads_the_same() {
    for count in [0, 1, 7, 3000] {
        let rows = rows(&mut Chance(count), count as usize);
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            for compression in [Compression::UNCOMPRESSED, Compression::LZ4_RAW] {
                for (dictionary, groups) in [(true, 1), (true, 3), (false, 1), (false, 3)] {
                    check(&rows, Writing { version, compression, dictionary, groups });
                }
            }
        }
    }
}

#[test]
fn a_slice_for_another_plan_is_refused() {
    let bytes = write(&rows(&mut Chance(1), 10), PLAINEST);
    let mut renamed = table("sales");
    renamed.columns[1].name = "channel".to_owned();
    let mut retyped = table("sales");
    retyped.columns[4].kind = Kind::Text;
    let mut rescaled = table("sales");
    rescaled.columns[5].kind = Kind::Decimal { scale: 3 };
    let mut shorter = table("sales");
    shorter.columns.pop();
    let words = [&renamed, &retyped, &rescaled, &shorter].map(|plan| read(&bytes, plan).unwrap_err());
    let start = "the parquet slice of table `sales` cannot be read: ";
    assert_eq!(words[0], format!("{start}column `channel`: the slice has `product` in its place"));
    assert_eq!(words[1], format!("{start}column `units`: it is stored as INT64, not as Text"));
    assert_eq!(words[2], format!("{start}column `price`: it is stored as INT64, not as Decimal {{ scale: 3 }}"));
    assert_eq!(words[3], format!("{start}it has 8 columns, not 7"));
}

#[test]
fn cut_bytes_are_refused() {
    let bytes = write(&rows(&mut Chance(2), 50), PLAINEST);
    for length in 0..bytes.len() {
        let words = read(&bytes[..length], &table("sales")).unwrap_err();
        assert!(words.contains("parquet"), "{words}");
    }
}

#[test]
fn damaged_bytes_never_panic() {
    let mut chance = Chance(3);
    for compression in [Compression::UNCOMPRESSED, Compression::LZ4_RAW] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let writing = Writing { version, compression, dictionary: chance.below(2) == 0, groups: 2 };
            let whole = write(&rows(&mut chance, 200), writing);
            for _ in 0..3000 {
                let mut bytes = whole.clone();
                for _ in 0..=chance.below(3) {
                    let place = chance.below(bytes.len() as u64) as usize;
                    bytes[place] = [0, 0xff, 0x7f, 0x80, chance.below(256) as u8][chance.below(5) as usize];
                }
                if let Err(words) = read(&bytes, &table("sales")) {
                    assert!(words.contains("parquet"), "{words}");
                }
            }
        }
    }
}
