//! Parquet's encodings of values and levels, decoded from bytes that may be anything: what does not fit is an error.

/// A sentence about what is wrong.
pub type Decoded<T> = Result<T, String>;

/// Takes the first bytes off a slice.
pub fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Decoded<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count).ok_or("its data ends early")?;
    *bytes = rest;
    Ok(taken)
}

/// Takes a little-endian length of four bytes, and that many bytes after it.
pub fn take_sized<'a>(bytes: &mut &'a [u8]) -> Decoded<&'a [u8]> {
    let length = fixed::<4>(take(bytes, 4)?).map(u32::from_le_bytes).next().unwrap_or(0);
    take(bytes, length as usize)
}

/// Takes a variable-length integer.
pub fn take_varint(bytes: &mut &[u8]) -> Decoded<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(value);
        }
    }
    Err("it has a number of more than 64 bits".to_owned())
}

/// Takes a signed variable-length integer, its sign in the lowest bit.
pub fn take_zigzag(bytes: &mut &[u8]) -> Decoded<i64> {
    take_varint(bytes).map(|value| (value >> 1) as i64 ^ -((value & 1) as i64))
}

/// Arrays of equal size, one after the other.
pub fn fixed<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = [u8; N]> + '_ {
    bytes.as_chunks::<N>().0.iter().copied()
}

/// The RLE and bit-packing hybrid: so many values of so many bits.
pub fn hybrid(mut bytes: &[u8], width: u32, count: usize) -> Decoded<Vec<u32>> {
    if width > 32 {
        return Err(format!("it has codes of {width} bits"));
    }
    let mut values = Vec::new();
    while values.len() < count {
        let header = take_varint(&mut bytes)?;
        let run = usize::try_from(header >> 1).map_err(|_| "it has a run that is too long")?;
        let left = count - values.len();
        if header & 1 == 0 {
            let value = take(&mut bytes, width.div_ceil(8) as usize)?;
            let value = value.iter().rev().fold(0, |value, &byte| value << 8 | u32::from(byte));
            values.extend(std::iter::repeat_n(value, run.min(left)));
        } else {
            let packed_bytes = run.checked_mul(width as usize).ok_or("it has a run that is too long")?;
            // Writers may cut the last run short.
            let rest = bytes.len();
            let packed = take(&mut bytes, packed_bytes.min(rest))?;
            let run = run.saturating_mul(8).min(left);
            unpack(packed, width, run, |value| values.push(value as u32))?;
        }
        if run == 0 {
            return Err("it has an empty run".to_owned());
        }
    }
    Ok(values)
}

/// Bit-packed values, lowest bits first.
pub fn unpack(bytes: &[u8], width: u32, count: usize, mut each: impl FnMut(u64)) -> Decoded<()> {
    if count.saturating_mul(width as usize) > bytes.len().saturating_mul(8) {
        return Err("its data ends early".to_owned());
    }
    let mut padded = bytes.to_vec();
    padded.extend([0; 16]);
    let mask = u64::MAX.checked_shr(64 - width).unwrap_or(0);
    for index in 0..count {
        let bit = index * width as usize;
        let window = &padded[bit / 8..bit / 8 + 9];
        let low = fixed::<8>(window).map(u64::from_le_bytes).next().unwrap_or(0) >> (bit % 8);
        let high = (u64::from(window[8]) << 1) << (63 - bit % 8);
        each((low | high) & mask);
    }
    Ok(())
}

/// DELTA_BINARY_PACKED: whole numbers as differences, packed in blocks.
pub fn delta(mut bytes: &[u8], count: usize) -> Decoded<Vec<i64>> {
    let block = take_varint(&mut bytes)? as usize;
    let miniblocks = take_varint(&mut bytes)? as usize;
    let total = take_varint(&mut bytes)? as usize;
    let first = take_zigzag(&mut bytes)?;
    let size = block.checked_div(miniblocks).unwrap_or(0);
    if total != count || size == 0 || size > 1 << 16 || miniblocks > 1 << 10 || !size.is_multiple_of(8) {
        return Err("it has a damaged block of differences".to_owned());
    }
    let mut values = Vec::new();
    values.extend((count > 0).then_some(first));
    while values.len() < count {
        let least = take_zigzag(&mut bytes)?;
        for &width in take(&mut bytes, miniblocks)? {
            miniblock(&mut bytes, u32::from(width), size, least, count, &mut values)?;
        }
    }
    Ok(values)
}

fn miniblock(
    bytes: &mut &[u8],
    width: u32,
    size: usize,
    least: i64,
    count: usize,
    values: &mut Vec<i64>,
) -> Decoded<()> {
    let wanted = size.min(count - values.len());
    if wanted == 0 {
        return Ok(());
    }
    if width > 64 {
        return Err(format!("it has differences of {width} bits"));
    }
    let rest = bytes.len();
    let length = (size * width as usize / 8).min(rest);
    let mut last = values.last().copied().unwrap_or(0);
    unpack(take(bytes, length)?, width, wanted, |difference| {
        last = last.wrapping_add(least).wrapping_add(difference as i64);
        values.push(last);
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn hybrid_of_both_runs() {
        // The example of the format's own page: 0 to 7 in three bits, after a run of four fives.
        let bytes = [0x08, 0x05, 0x03, 0x88, 0xc6, 0xfa];
        assert_eq!(hybrid(&bytes, 3, 12), Ok(vec![5, 5, 5, 5, 0, 1, 2, 3, 4, 5, 6, 7]));
        assert_eq!(hybrid(&bytes, 3, 5), Ok(vec![5, 5, 5, 5, 0]));
        assert!(hybrid(&bytes, 3, 13).is_err());
        assert!(hybrid(&bytes, 33, 1).is_err());
        assert!(hybrid(&[0x00, 0x05], 3, 1).is_err());
        assert_eq!(hybrid(&[], 0, 0), Ok(vec![]));
        assert_eq!(hybrid(&[0x06], 0, 3), Ok(vec![0, 0, 0]));
    }

    #[test]
    fn a_run_claims_no_more_memory_than_rows() {
        assert_eq!(hybrid(&[0xfe, 0xff, 0xff, 0xff, 0x0f, 1], 1, 3), Ok(vec![1, 1, 1]));
        assert!(hybrid(&[0xff, 0xff, 0xff, 0xff, 0x0f, 1], 1, 30).is_err());
    }

    #[test]
    fn unpacking_at_every_width() {
        for width in 0..=64u32 {
            let mask = u64::MAX.checked_shr(64 - width).unwrap_or(0);
            let numbers: Vec<u64> = (0..40u64).map(|i| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) & mask).collect();
            let mut bytes = vec![0u8; (40 * width as usize).div_ceil(8)];
            for (index, number) in numbers.iter().enumerate() {
                for bit in (0..width as usize).filter(|bit| number >> bit & 1 == 1) {
                    bytes[(index * width as usize + bit) / 8] |= 1 << ((index * width as usize + bit) % 8);
                }
            }
            let mut unpacked = Vec::new();
            unpack(&bytes, width, 40, |value| unpacked.push(value)).unwrap();
            assert_eq!(unpacked, numbers, "{width}");
        }
    }

    #[test]
    fn differences() {
        // 1 to 5: block of 128 in 4, five values, first 1, all differences 1.
        assert_eq!(delta(&[0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0], 5), Ok(vec![1, 2, 3, 4, 5]));
        assert!(delta(&[0x80, 1, 4, 5, 2, 2, 0, 0, 0, 0], 6).is_err());
        assert!(delta(&[0x80, 1, 0, 5, 2, 2, 0, 0, 0, 0], 5).is_err());
        assert!(delta(&[0x80, 1, 4, 5, 2], 5).is_err());
    }

    #[test]
    fn zigzag() {
        for (bytes, value) in [([0, 0], 0), ([1, 0], -1), ([2, 0], 1), ([0x80, 1], 64), ([0x81, 1], -65)] {
            assert_eq!(take_zigzag(&mut bytes.as_slice()), Ok(value));
        }
    }
}
