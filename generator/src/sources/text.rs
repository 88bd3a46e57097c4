//! Files as UTF-8 text: unpacked if they are packed, decoded if they are in another encoding.

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use flate2::read::MultiGzDecoder;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

/// Opens a text file. Without an encoding it should be UTF-8, or begin with a byte order mark; the caller checks.
pub fn open(path: &Path, encoding: Option<&'static Encoding>) -> io::Result<Box<dyn Read>> {
    let decoder = DecodeReaderBytesBuilder::new()
        .encoding(encoding)
        .bom_override(true)
        .strip_bom(true)
        .utf8_passthru(encoding.is_none())
        .build(unpacked(path)?);
    Ok(Box::new(BufReader::with_capacity(1 << 16, decoder)))
}

/// Opens a file, through its decompressor if its first bytes say that it is packed by gzip or zstd.
pub fn unpacked(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = File::open(path)?;
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic)?;
    file.rewind()?;
    Ok(match magic.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(BufReader::new(file))),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::Decoder::new(file)?),
        _ => Box::new(file),
    })
}
