//! A look at a column's page headers before the `parquet` crate reads them: it would allocate whatever size they claim.

use super::encodings::{Decoded, take, take_varint, take_zigzag};

/// No page may unpack to more bytes than LZ4, the densest of our codecs, can make of its packed ones.
const DENSEST: i64 = 256;
const LARGEST: i64 = 1 << 28;

/// Checks the sizes in all page headers of a column chunk.
pub fn check(mut chunk: &[u8]) -> Decoded<()> {
    while !chunk.is_empty() {
        let mut sizes = [0, 0];
        structure(&mut chunk, 0, &mut sizes)?;
        let [unpacked, packed] = sizes;
        if unpacked > packed * DENSEST + 64 {
            return Err("a page claims more bytes than it can have".to_owned());
        }
        take(&mut chunk, packed as usize)?;
    }
    Ok(())
}

/// Passes over a structure of thrift's compact protocol; of the outermost, notes fields 2 and 3: unpacked and packed size.
fn structure(bytes: &mut &[u8], depth: u32, sizes: &mut [i64; 2]) -> Decoded<()> {
    let mut field = 0i64;
    loop {
        let head = take(bytes, 1)?[0];
        if head == 0 {
            return Ok(());
        }
        field = match head >> 4 {
            0 => take_zigzag(bytes)?,
            step => field.saturating_add(i64::from(step)),
        };
        if head & 0xf != 5 {
            value(bytes, head & 0xf, depth, sizes)?;
            continue;
        }
        let number = take_zigzag(bytes)?;
        let is_checksum = depth == 0 && field == 4;
        if !is_checksum && !(0..=LARGEST).contains(&number) {
            return Err("a page header has a number out of range".to_owned());
        }
        if depth == 0 && (field == 2 || field == 3) {
            sizes[field as usize - 2] = number;
        }
    }
}

fn value(bytes: &mut &[u8], kind: u8, depth: u32, sizes: &mut [i64; 2]) -> Decoded<()> {
    match kind {
        1 | 2 => Ok(()),
        3 => take(bytes, 1).map(drop),
        4 | 6 => take_varint(bytes).map(drop),
        7 => take(bytes, 8).map(drop),
        8 => {
            let length = take_varint(bytes)?;
            take(bytes, usize::try_from(length).unwrap_or(usize::MAX)).map(drop)
        }
        12 if depth < 4 => structure(bytes, depth + 1, sizes),
        _ => Err("a page header is damaged".to_owned()),
    }
}
