//! Meridian's made-up sales: one program, one seed, the same distributions at every size.
//!
//! Everything is integer arithmetic over tables, so the bytes are the same on every machine. What a reader can find
//! in the data: weekdays, quarter ends and a fourth-quarter peak; growth that differs by region; Europe's second
//! quarter of 2024, when half of its orders were lost; `Nova Dock`, launched in September 2024; `Inkwell Printer`,
//! fading out; online taking over from retail, with a November promotion.

mod tables;

use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use fastrand::Rng;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::errors::Result;
use parquet::file::properties::WriterProperties;

use self::tables::{
    CHANNELS, EUROPE, FIRST_DATE, FIRST_YEAR, LINES_PER_ORDER, MONTHS, ONLINE, PRODUCT_LINES, PRODUCTS, Product,
    REGIONS, RETAIL, Trend, WEEKDAYS, YEARS,
};

const SEED: u64 = 2023;
const ROWS_PER_BATCH: usize = 1 << 16;
const ROWS_PER_GROUP: usize = 1 << 17;
const FIRST_ORDER: i64 = 1_000_001;

/// Writes `rows` order lines as Parquet, one batch in memory at a time.
pub fn write(rows: u64, out: impl Write + Send) -> Result<()> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROWS_PER_GROUP))
        .set_created_by("dashgen-tests sales".to_owned())
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(out, schema(), options)?;
    let mut batch = Batch::default();
    for line in Lines::new(rows) {
        batch.push(&line);
        if batch.date.len() == ROWS_PER_BATCH {
            writer.write(&std::mem::take(&mut batch).record())?;
        }
    }
    writer.write(&batch.record())?;
    writer.close()?;
    Ok(())
}

fn schema() -> Arc<Schema> {
    let field = |name, kind| Field::new(name, kind, false);
    Arc::new(Schema::new(vec![
        field("date", DataType::Date32),
        field("region", DataType::Utf8),
        field("product_line", DataType::Utf8),
        field("product", DataType::Utf8),
        field("channel", DataType::Utf8),
        field("order_id", DataType::Int64),
        field("units", DataType::Int32),
        field("revenue", DataType::Decimal128(12, 2)),
    ]))
}

/// The rows between two writes, column by column.
#[derive(Default)]
struct Batch {
    date: Vec<i32>,
    region: Vec<&'static str>,
    product_line: Vec<&'static str>,
    product: Vec<&'static str>,
    channel: Vec<&'static str>,
    order_id: Vec<i64>,
    units: Vec<i32>,
    revenue: Vec<i128>,
}

impl Batch {
    fn push(&mut self, line: &Line) {
        let product = &PRODUCTS[line.product];
        self.date.push(line.date);
        self.region.push(REGIONS[line.region].name);
        self.product_line.push(PRODUCT_LINES[product.line]);
        self.product.push(product.name);
        self.channel.push(CHANNELS[line.channel]);
        self.order_id.push(line.order_id);
        self.units.push(line.units);
        self.revenue.push(line.cents.into());
    }

    fn record(self) -> RecordBatch {
        let text = |column: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(column)) };
        let revenue = Decimal128Array::from(self.revenue)
            .with_precision_and_scale(12, 2)
            .expect("12 digits are a valid precision");
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Date32Array::from(self.date)),
            text(self.region),
            text(self.product_line),
            text(self.product),
            text(self.channel),
            Arc::new(Int64Array::from(self.order_id)),
            Arc::new(Int32Array::from(self.units)),
            Arc::new(revenue),
        ];
        RecordBatch::try_new(schema(), columns).expect("the columns are those of the schema")
    }
}

/// One line of an order; names are indices into the tables above.
#[derive(Clone, Copy)]
struct Line {
    date: i32,
    region: usize,
    channel: usize,
    order_id: i64,
    product: usize,
    units: i32,
    cents: i64,
}

/// The order lines, by date and order.
struct Lines {
    rng: Rng,
    rows: u64,
    made: u64,
    days: Vec<Day>,
    today: usize,
    order_id: i64,
    order: Vec<Line>,
}

impl Lines {
    fn new(rows: u64) -> Self {
        let mut rng = Rng::with_seed(SEED);
        let days = calendar(&mut rng);
        Lines { rng, rows, made: 0, days, today: 0, order_id: FIRST_ORDER, order: Vec::new() }
    }

    /// Moves on while the day has had its share of the rows; an order that overruns it is set off the next day.
    fn move_to_open_day(&mut self) {
        let total = self.days.last().map_or(1, |day| day.demand_so_far);
        while self.today + 1 < self.days.len() {
            let share = u128::from(self.rows) * u128::from(self.days[self.today].demand_so_far);
            if u128::from(self.made) < share / u128::from(total) {
                return;
            }
            self.today += 1;
        }
    }

    /// Fills `order` with the lines of the next order, last line first.
    fn draw_order(&mut self) {
        let day = &self.days[self.today];
        let rng = &mut self.rng;
        let region = pick(rng, &day.regions);
        let channel = pick(rng, &channel_demand(day, region));
        let mut demand = product_demand(day, region);
        for _ in 0..=pick(rng, &LINES_PER_ORDER) {
            let product = pick(rng, &demand);
            demand[product] = 0;
            let units = draw_units(rng, PRODUCTS[product].most_units);
            let cents = revenue(&PRODUCTS[product], channel, units, day);
            let (date, order_id) = (day.date, self.order_id);
            self.order.push(Line { date, region, channel, order_id, product, units, cents });
        }
        self.order_id += 1;
    }
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if self.made == self.rows {
            return None;
        }
        if self.order.is_empty() {
            self.move_to_open_day();
            self.draw_order();
        }
        self.made += 1;
        self.order.pop()
    }
}

/// A day of the three years and what it asks for.
struct Day {
    date: i32,
    /// Days since the first.
    number: u32,
    /// Years since the first.
    year: u32,
    month: usize,
    weekend: bool,
    regions: [u32; REGIONS.len()],
    demand_so_far: u64,
}

fn calendar(rng: &mut Rng) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for year in 0..YEARS {
        for (month, length) in month_lengths(FIRST_YEAR + year).into_iter().enumerate() {
            for day_of_month in 1..=length {
                let before = days.last().map_or(0, |day| day.demand_so_far);
                let number = u32::try_from(days.len()).expect("three years of days");
                let weekday = days.len() % 7;
                let regions = region_demand(number, year, month);
                let total: u32 = regions.iter().sum();
                let demand = season(month, day_of_month, weekday) * u64::from(total) * rng.u64(920..=1080);
                days.push(Day {
                    date: FIRST_DATE + number.cast_signed(),
                    number,
                    year,
                    month,
                    weekend: weekday == 0 || weekday == 6,
                    regions,
                    demand_so_far: before + demand,
                });
            }
        }
    }
    days
}

fn month_lengths(year: u32) -> [u32; 12] {
    let february = if year.is_multiple_of(4) { 29 } else { 28 };
    [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
}

fn season(month: usize, day_of_month: u32, weekday: usize) -> u64 {
    let holidays = (month == 11 && day_of_month >= 24) || (month == 0 && day_of_month == 1);
    MONTHS[month] * WEEKDAYS[weekday] * if holidays { 40 } else { 100 }
}

/// Each region's demand, thousandths of its first day's; Europe's halves in the second quarter of 2024.
fn region_demand(number: u32, year: u32, month: usize) -> [u32; REGIONS.len()] {
    let lost_quarter = year == 1 && (3..6).contains(&month);
    std::array::from_fn(|index| {
        let region = &REGIONS[index];
        let grown = region.demand * (1000 + region.growth * u64::from(number) / 365);
        let left = if index == EUROPE && lost_quarter { grown / 2 } else { grown };
        u32::try_from(left).expect("demand is a small number")
    })
}

/// Direct and partner sales rest at weekends; online doubles in three years while retail halves.
fn channel_demand(day: &Day, region: usize) -> [u32; 4] {
    let mut demand = REGIONS[region].channels.map(|channel| channel * 2200);
    demand[ONLINE] += demand[ONLINE] * day.number / 1100;
    demand[RETAIL] -= demand[RETAIL] * day.number / 2200;
    if day.weekend {
        demand[0] /= 8;
        demand[1] /= 8;
    }
    demand
}

fn product_demand(day: &Day, region: usize) -> [u32; PRODUCTS.len()] {
    std::array::from_fn(|index| {
        let product = &PRODUCTS[index];
        product.demand * trend(&product.trend, day.number) * REGIONS[region].lines[product.line]
    })
}

/// The demand that a product's trend leaves on a day, in thousandths.
fn trend(trend: &Trend, number: u32) -> u32 {
    match trend {
        Trend::Steady => 1000,
        Trend::Launched(first) => number.saturating_sub(*first).min(180) * 1000 / 180,
        Trend::Fading => 1000 - number * 900 / 1096,
    }
}

/// Small orders are the common ones: the lesser of two even draws.
fn draw_units(rng: &mut Rng, most: u32) -> i32 {
    let units = rng.u32(1..=most).min(rng.u32(1..=most));
    units.cast_signed()
}

/// Cents of a line: list price, 3 % dearer each January, less the channel's discount.
fn revenue(product: &Product, channel: usize, units: i32, day: &Day) -> i64 {
    let price = product.cents * i64::from(100 + 3 * day.year) / 100;
    let off = match CHANNELS[channel] {
        "Direct" if units >= 10 => 15,
        "Direct" => 5,
        "Partner" => 12,
        "Online" if day.month == 10 => 15,
        _ => 0,
    };
    (price * i64::from(units) * (100 - off) + 50) / 100
}

/// An index, drawn by weight.
fn pick(rng: &mut Rng, weights: &[u32]) -> usize {
    let mut left = rng.u32(..weights.iter().sum::<u32>());
    for (index, weight) in weights.iter().enumerate() {
        match left.checked_sub(*weight) {
            Some(rest) => left = rest,
            None => return index,
        }
    }
    unreachable!("the draw is below the sum of the weights")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(rows: u64) -> Vec<u8> {
        let mut out = Vec::new();
        write(rows, &mut out).unwrap();
        out
    }

    #[test]
    fn the_same_rows_give_the_same_bytes() {
        assert_eq!(bytes(3000), bytes(3000));
    }

    #[test]
    fn the_shipped_file_is_what_the_program_writes() {
        let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/meridian-sales/sources/sales.parquet");
        assert!(std::fs::read(shipped).unwrap() == bytes(100_000), "run the `sales` program again");
    }

    #[test]
    fn orders_ascend_and_hold_one_date_region_and_channel() {
        let lines: Vec<Line> = Lines::new(20_000).collect();
        assert_eq!(lines.len(), 20_000);
        for pair in lines.windows(2) {
            let (a, b) = (pair[0], pair[1]);
            assert!(a.date <= b.date && a.order_id <= b.order_id);
            let head = |line: Line| (line.date, line.region, line.channel);
            assert!(a.order_id != b.order_id || (head(a) == head(b) && a.product != b.product));
        }
        assert_eq!(lines[0].date, FIRST_DATE);
        assert_eq!(lines[lines.len() - 1].date, FIRST_DATE + 1095);
    }

    #[test]
    fn europe_loses_half_of_a_quarter_at_every_size() {
        for rows in [50_000, 200_000] {
            let quarter = |first: i32| {
                let day = FIRST_DATE + first;
                Lines::new(rows).filter(|l| l.region == EUROPE && (day..day + 91).contains(&l.date)).count()
            };
            assert!(quarter(456) * 10 < quarter(91) * 6, "{rows} rows");
        }
    }
}
