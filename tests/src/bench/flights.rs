//! Made-up flights over two years, from a seed, by integer arithmetic: six columns that six linked views brush.

use std::fs::File;
use std::io::BufWriter;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, DictionaryArray, Int16Array, RecordBatch, StringArray};
use arrow::datatypes::{ArrowDictionaryKeyType, Int8Type, Int16Type};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use fastrand::Rng;
use parquet::arrow::ArrowWriter;

const SEED: u64 = 2024;
/// 2023-01-01 in days since 1970.
pub const FIRST_DATE: i32 = 19_358;
/// From the first day of 2023 to the last of 2024.
pub const DAYS: usize = 731;
/// The carriers' codes, in order.
pub const CARRIERS: [&str; 20] = [
    "9E", "AA", "AS", "B6", "CO", "DL", "EV", "F9", "FL", "HA", "MQ", "NK", "OO", "QX", "UA", "US", "VX", "WN", "XE",
    "YV",
];
/// How many airports flights leave from.
pub const ORIGINS: usize = 300;
const ROUTES: usize = 30;
const ROWS_PER_BATCH: usize = 1 << 17;

/// The airports' codes, in order.
pub fn origins() -> Vec<String> {
    let letters = |text: &'static str| text.chars();
    let pairs = letters("ABCDEFGH").flat_map(|first| letters("AEIOU").map(move |second| (first, second)));
    let codes =
        pairs.flat_map(|(first, second)| "BCDLMNRST".chars().map(move |third| format!("{first}{second}{third}")));
    codes.take(ORIGINS).collect()
}

/// The columns, by date.
#[derive(Default)]
pub struct Flights {
    /// Minutes late: -60 to 179.
    pub delay: Vec<i16>,
    /// Miles: 31 to 4983.
    pub distance: Vec<i16>,
    /// Departure in minutes after midnight.
    pub departure: Vec<i16>,
    /// Days since the first of January 2023.
    pub day: Vec<i16>,
    /// Places in [`CARRIERS`].
    pub carrier: Vec<i8>,
    /// Places in [`origins`].
    pub origin: Vec<i16>,
}

impl Flights {
    /// So many flights; the same number gives the same flights.
    pub fn new(rows: u64) -> Self {
        let mut rng = Rng::with_seed(SEED);
        let tables = Tables::new(&mut rng);
        let weight = |day: usize| [95, 100, 100, 102, 105, 108, 80][day % 7];
        let total: u64 = (0..DAYS).map(weight).sum();
        let (mut flights, mut passed) = (Flights::default(), 0);
        for day in 0..DAYS {
            passed += weight(day);
            while (flights.day.len() as u64) < rows * passed / total {
                flights.push(&mut rng, &tables, day as i16);
            }
        }
        flights
    }

    fn push(&mut self, rng: &mut Rng, tables: &Tables, day: i16) {
        let origin = tables.origins[rng.usize(..tables.origins.len())];
        let at_hub = rng.u8(..10) < 4;
        let any = tables.carriers[rng.usize(..tables.carriers.len())];
        let departure = departure(rng);
        self.delay.push(delay(rng, departure));
        self.distance.push(tables.routes[origin as usize * ROUTES + rng.usize(..ROUTES)]);
        self.departure.push(departure);
        self.day.push(day);
        self.carrier.push(if at_hub { tables.hubs[origin as usize] } else { any as i8 });
        self.origin.push(origin);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.day.len()
    }

    /// True without flights.
    pub fn is_empty(&self) -> bool {
        self.day.is_empty()
    }

    /// Writes them as Parquet, as a source of a site.
    pub fn write_parquet(&self, file: &Path) {
        let out = BufWriter::new(create(file));
        let mut writer = ArrowWriter::try_new(out, self.dated(0..0).schema(), None).expect("a schema for Parquet");
        for rows in self.batches() {
            writer.write(&self.dated(rows)).expect("a batch of the schema");
        }
        writer.close().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// Writes them as an Arrow file of one batch, as the peers' harness reads them.
    pub fn write_arrow_file(&self, file: &Path) {
        let batch = self.numbered(0..self.len());
        let mut writer =
            FileWriter::try_new(BufWriter::new(create(file)), &batch.schema()).expect("a schema for Arrow");
        writer.write(&batch).expect("a batch of the schema");
        writer.finish().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    /// Writes them as an Arrow stream, as DuckDB-WASM reads them.
    pub fn write_arrow_stream(&self, file: &Path) {
        let schema = self.numbered(0..0).schema();
        let mut writer = StreamWriter::try_new(BufWriter::new(create(file)), &schema).expect("a schema for Arrow");
        for rows in self.batches() {
            writer.write(&self.numbered(rows)).expect("a batch of the schema");
        }
        writer.finish().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }

    fn batches(&self) -> impl Iterator<Item = Range<usize>> {
        (0..self.len()).step_by(ROWS_PER_BATCH).map(|start| start..self.len().min(start + ROWS_PER_BATCH))
    }

    fn dated(&self, rows: Range<usize>) -> RecordBatch {
        let dates = self.day[rows.clone()].iter().map(|&day| FIRST_DATE + i32::from(day));
        self.batch(rows, "date", Arc::new(Date32Array::from_iter_values(dates)))
    }

    fn numbered(&self, rows: Range<usize>) -> RecordBatch {
        let days = Arc::new(Int16Array::from(self.day[rows.clone()].to_vec()));
        self.batch(rows, "day", days)
    }

    fn batch(&self, rows: Range<usize>, day: &str, days: ArrayRef) -> RecordBatch {
        let numbers = |column: &[i16]| -> ArrayRef { Arc::new(Int16Array::from(column[rows.clone()].to_vec())) };
        let columns = [
            ("delay", numbers(&self.delay)),
            ("distance", numbers(&self.distance)),
            ("dep", numbers(&self.departure)),
            (day, days),
            ("carrier", coded::<Int8Type>(&self.carrier[rows.clone()], StringArray::from(CARRIERS.to_vec()))),
            ("origin", coded::<Int16Type>(&self.origin[rows.clone()], StringArray::from(origins()))),
        ];
        RecordBatch::try_from_iter(columns).expect("columns of one length")
    }
}

fn create(file: &Path) -> File {
    File::create(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn coded<K: ArrowDictionaryKeyType>(codes: &[K::Native], values: StringArray) -> ArrayRef {
    let keys = arrow::array::PrimitiveArray::<K>::from_iter_values(codes.iter().copied());
    Arc::new(DictionaryArray::new(keys, Arc::new(values)))
}

/// What flights are drawn from.
struct Tables {
    /// Codes, as often as they are common.
    carriers: Vec<i16>,
    origins: Vec<i16>,
    /// The carrier that an airport is the hub of.
    hubs: Vec<i8>,
    /// Distances, [`ROUTES`] for each airport.
    routes: Vec<i16>,
}

impl Tables {
    fn new(rng: &mut Rng) -> Self {
        let hubs = (0..ORIGINS).map(|_| rng.i8(0..CARRIERS.len() as i8)).collect();
        let routes = (0..ORIGINS * ROUTES).map(|_| distance(rng)).collect();
        Tables { carriers: common_first(rng, CARRIERS.len()), origins: common_first(rng, ORIGINS), hubs, routes }
    }
}

/// Codes in no order, the second half as often as the first, the third a third as often, and so on.
fn common_first(rng: &mut Rng, count: usize) -> Vec<i16> {
    let mut codes: Vec<i16> = (0..count as i16).collect();
    rng.shuffle(&mut codes);
    codes.iter().enumerate().flat_map(|(rank, &code)| std::iter::repeat_n(code, 4096 / (rank + 1))).collect()
}

fn distance(rng: &mut Rng) -> i16 {
    let near = 80 + rng.i32(0..900);
    let far = rng.i32(0..2100) * rng.i32(0..2100) / 1050;
    (near + far).clamp(31, 4983) as i16
}

/// The morning's and the evening's wave, and some all day.
fn departure(rng: &mut Rng) -> i16 {
    let minute = match rng.u8(..10) {
        0..4 => bell(rng, 480, 190),
        4..8 => bell(rng, 1040, 225),
        _ => 300 + rng.i32(0..1020),
    };
    minute.rem_euclid(1440) as i16
}

/// Most are about on time; a third have a long tail, longer in the evening.
fn delay(rng: &mut Rng, departure: i16) -> i16 {
    let mut late = bell(rng, -5, 14);
    if rng.u8(..100) < 35 {
        // Halvings of a random number are spread as waiting times are.
        let halvings = rng.u32(..).leading_zeros() as i32;
        late += (18 + i32::from(departure) / 60) * (100 * halvings + rng.i32(0..100)) / 144;
    }
    late.clamp(-60, 179) as i16
}

/// The sum of four even draws: `width` to each side at the most twice.
fn bell(rng: &mut Rng, middle: i32, width: i32) -> i32 {
    middle + (0..4).map(|_| rng.i32(0..=width)).sum::<i32>() - 2 * width
}
