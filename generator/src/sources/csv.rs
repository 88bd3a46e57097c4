//! CSV: text in lines and fields, packed or not, in any encoding; what is not as its header says is a diagnostic.

use super::options::{self, Options};
use super::rows::{Cell, Each, Rows, named, repeated};
use super::{Input, Kind, Reader, text};
use crate::diagnostics::Diagnostic;
use crate::error;
use csv::{ByteRecord, ReaderBuilder};
use encoding_rs::Encoding;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

/// CSV and TSV files.
pub const KIND: Kind = Kind {
    name: "csv",
    title: "CSV",
    extensions: &["csv", "tsv", "tab"],
    keys: &["delimiter", "header", "columns", "skip", "encoding", "null", "types", "date_format", "decimal_comma"],
    reader: Reader::Rows(open),
};

/// Stands behind the last line: a quote that is never closed would swallow it.
const END: &str = "\u{1e}dashgen: end of file";

/// How many of a file's first bytes tell its delimiter.
const SAMPLE: u64 = 1 << 16;

struct Csv {
    path: PathBuf,
    label: String,
    source: String,
    encoding: Option<&'static Encoding>,
    delimiter: u8,
    skip: usize,
    header: Header,
    columns: Vec<String>,
}

#[derive(Clone, Copy, PartialEq)]
enum Header {
    FirstLine,
    Absent,
}

fn open(input: &Input<'_>) -> Result<Box<dyn Rows>, Diagnostic> {
    let settings = input.settings;
    let encoding = settings.get("encoding").map(options::encoding).transpose()?;
    let skip = settings.get("skip").map_or(Ok(0), |setting| setting.count())?;
    let has_header = settings.get("header").map_or(Ok(true), |setting| setting.boolean())?;
    let mut csv = Csv {
        path: input.path.to_owned(),
        label: input.label.to_owned(),
        source: input.source.to_owned(),
        encoding,
        delimiter: b',',
        skip,
        header: if has_header { Header::FirstLine } else { Header::Absent },
        columns: Vec::new(),
    };
    csv.delimiter = match settings.get("delimiter") {
        Some(setting) => options::delimiter(setting)?,
        None => csv.sniffed()?,
    };
    csv.columns = csv.names(input.options)?;
    match repeated(&csv.columns) {
        Some(name) => Err(
            error!(None, "column `{name}` stands twice in `{}`", csv.label; hint: "rename one of them, or name all columns: `columns = [\"…\"]` in `[sources.{}]`", csv.source),
        ),
        None => Ok(Box::new(csv)),
    }
}

impl Csv {
    fn text(&self) -> Result<impl Read, Diagnostic> {
        let open = || {
            let mut text = BufReader::new(text::open(&self.path, self.encoding)?);
            for _ in 0..self.skip {
                text.skip_until(b'\n')?;
            }
            Ok(text)
        };
        open().map_err(|problem| input_error(&self.label, &problem))
    }

    fn reader(&self, text: impl Read) -> csv::Reader<impl Read> {
        let end = format!("\n{END}\n");
        ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.chain(io::Cursor::new(end)))
    }

    /// The delimiter that cuts the first lines into equally many fields; a comma, if it does as well as any.
    fn sniffed(&self) -> Result<u8, Diagnostic> {
        if self.path.extension().is_some_and(|extension| extension == "tsv" || extension == "tab") {
            return Ok(b'\t');
        }
        let mut sample = Vec::new();
        let read = self.text()?.take(SAMPLE).read_to_end(&mut sample);
        read.map_err(|problem| input_error(&self.label, &problem))?;
        let candidates = b",;\t|".map(|delimiter| (fields(&sample, delimiter), delimiter));
        let best = candidates.iter().rev().max_by_key(|(fields, _)| *fields);
        Ok(best.filter(|(fields, _)| *fields > 1).map_or(b',', |(_, delimiter)| *delimiter))
    }

    fn names(&self, options: &Options) -> Result<Vec<String>, Diagnostic> {
        let mut record = ByteRecord::new();
        let found = self.reader(self.text()?).read_byte_record(&mut record);
        found.map_err(|problem| self.broken(&problem))?;
        let first = self.fields(&record)?;
        if first == [END] {
            return Err(
                error!(None, "`{}` is empty", self.label; hint: "its first line holds the names of its columns; export it again, or remove it from `sources/`"),
            );
        }
        if Csv::swallows_end(&record) {
            return Err(self.unclosed(1 + self.skip as u64));
        }
        let names = match self.header {
            Header::FirstLine => first.iter().map(|name| name.trim().to_owned()).collect(),
            Header::Absent => vec![String::new(); first.len()],
        };
        match &options.columns {
            Some(columns) => columns.names(&self.label, first.len()),
            None => Ok(named(names)),
        }
    }

    fn fields<'a>(&self, record: &'a ByteRecord) -> Result<Vec<&'a str>, Diagnostic> {
        record.iter().map(|field| self.field(field, record)).collect()
    }

    fn field<'a>(&self, field: &'a [u8], record: &ByteRecord) -> Result<&'a str, Diagnostic> {
        let broken = |text: &str| self.encoding.is_some() && text.contains('\u{fffd}');
        std::str::from_utf8(field).ok().filter(|text| !broken(text)).ok_or_else(|| self.undecoded(field, record))
    }

    fn undecoded(&self, field: &[u8], record: &ByteRecord) -> Diagnostic {
        let (label, line) = (&self.label, self.line(record));
        let shown = String::from_utf8_lossy(field).chars().take(40).collect::<String>();
        match self.encoding {
            Some(encoding) => {
                error!(None, "line {line} of `{label}` is not {}: `{shown}`", encoding.name(); hint: "name its encoding: as in `encoding = \"windows-1252\"` in `[sources.{}]`", self.source)
            }
            None => {
                error!(None, "line {line} of `{label}` is not UTF-8: `{shown}`"; hint: "save it as UTF-8, or name its encoding: as in `encoding = \"windows-1252\"` in `[sources.{}]`", self.source)
            }
        }
    }

    /// True if the end of the file stands inside of the last field's quotes.
    fn swallows_end(record: &ByteRecord) -> bool {
        record.iter().next_back().is_some_and(|last| last.trim_ascii_end().ends_with(END.as_bytes()))
    }

    fn line(&self, record: &ByteRecord) -> u64 {
        record.position().map_or(0, csv::Position::line) + self.skip as u64
    }

    fn ragged(&self, line: u64, fields: usize) -> Diagnostic {
        let delimiter = char::from(self.delimiter).escape_default();
        let fields = if fields == 1 { "1 field".to_owned() } else { format!("{fields} fields") };
        error!(None, "line {line} of `{}` has {fields}, its first line {}", self.label, self.columns.len(); hint: "a text that holds `{delimiter}` stands in double quotes; lines before the header are left out by `skip = 1` in `[sources.{}]`", self.source)
    }

    fn unclosed(&self, line: u64) -> Diagnostic {
        error!(None, "a quote in line {line} of `{}` is never closed", self.label; hint: "a double quote inside of quotes is written twice: `\"\"`; is the file whole?")
    }

    fn broken(&self, problem: &csv::Error) -> Diagnostic {
        match problem.kind() {
            csv::ErrorKind::Io(problem) => input_error(&self.label, problem),
            _ => error!(None, "cannot read source `{}`: {problem}", self.label),
        }
    }
}

impl Rows for Csv {
    fn columns(&self) -> &[String] {
        &self.columns
    }

    fn unit(&self) -> &'static str {
        "line"
    }

    fn read(&self, each: &mut Each<'_>) -> Result<(), Diagnostic> {
        let mut reader = self.reader(self.text()?);
        let mut record = ByteRecord::new();
        let mut is_header = self.header == Header::FirstLine;
        let mut line = 1;
        while reader.read_byte_record(&mut record).map_err(|problem| self.broken(&problem))? {
            if record.len() == 1 && &record[0] == END.as_bytes() {
                return Ok(());
            }
            line = self.line(&record);
            if Csv::swallows_end(&record) {
                return Err(self.unclosed(line));
            }
            if std::mem::take(&mut is_header) {
                continue;
            }
            if record.len() != self.columns.len() {
                return Err(self.ragged(line, record.len()));
            }
            self.row(line, &record, each)?;
        }
        Err(self.unclosed(line))
    }
}

impl Csv {
    fn row(&self, line: u64, record: &ByteRecord, each: &mut Each<'_>) -> Result<(), Diagnostic> {
        let mut cells = Vec::with_capacity(record.len());
        for field in record {
            let text = self.field(field, record)?;
            cells.push(if text.is_empty() { Cell::Null } else { Cell::Raw(text) });
        }
        each(line, &cells)
    }
}

/// What went wrong with a file on its way in.
pub fn input_error(label: &str, problem: &io::Error) -> Diagnostic {
    match problem.kind() {
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
            error!(None, "cannot unpack `{label}`: {problem}"; hint: "it begins like a packed file; is it whole? fetch or export it again")
        }
        _ => {
            error!(None, "cannot read source `{label}`: {problem}"; hint: "is it there, and may you read it?")
        }
    }
}

/// The number of fields that the delimiter makes of each whole line of a sample; 1 if it is not the same in all.
fn fields(sample: &[u8], delimiter: u8) -> usize {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(sample);
    let mut counts: Vec<usize> = reader.byte_records().map_while(Result::ok).map(|record| record.len()).collect();
    if sample.len() as u64 == SAMPLE {
        counts.pop();
    }
    match counts.iter().min() == counts.iter().max() {
        true => counts.first().copied().unwrap_or(1),
        false => 1,
    }
}
