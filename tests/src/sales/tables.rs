//! Who buys what, when and how: the integers from which Meridian's sales are drawn.

/// 1 January 2023, a Sunday, in days since 1970.
pub const FIRST_DATE: i32 = 19_358;
/// The year of the first date.
pub const FIRST_YEAR: u32 = 2023;
/// How many years are told.
pub const YEARS: u32 = 3;

/// Demand by month: quarters end high, the fourth is the peak.
pub const MONTHS: [u64; 12] = [88, 90, 106, 95, 97, 110, 90, 84, 108, 110, 128, 146];
/// Demand by weekday, Sunday first.
pub const WEEKDAYS: [u64; 7] = [28, 112, 128, 126, 120, 104, 42];
/// How many of 100 orders have one, two, … five lines.
pub const LINES_PER_ORDER: [u32; 5] = [44, 27, 15, 9, 5];

/// How an order came in.
pub const CHANNELS: [&str; 4] = ["Direct", "Partner", "Online", "Retail"];
/// The place of online among the channels.
pub const ONLINE: usize = 2;
/// The place of retail among the channels.
pub const RETAIL: usize = 3;
/// The product lines.
pub const PRODUCT_LINES: [&str; 4] = ["Workspace", "Devices", "Software", "Services"];

/// Where the customers are.
pub struct Region {
    /// As the data says it.
    pub name: &'static str,
    /// Share of the first day's orders, in percent.
    pub demand: u64,
    /// Growth in thousandths per year.
    pub growth: u64,
    /// Liking for each product line.
    pub lines: [u32; 4],
    /// Use of each channel.
    pub channels: [u32; 4],
}

/// The place of Europe among the regions.
pub const EUROPE: usize = 1;
/// The regions.
pub const REGIONS: [Region; 5] = [
    Region { name: "North America", demand: 38, growth: 60, lines: [9, 10, 13, 9], channels: [34, 22, 28, 16] },
    Region { name: "Europe", demand: 29, growth: 45, lines: [11, 9, 10, 12], channels: [28, 34, 22, 16] },
    Region { name: "Asia Pacific", demand: 18, growth: 210, lines: [8, 14, 9, 7], channels: [18, 26, 40, 16] },
    Region { name: "Latin America", demand: 9, growth: 110, lines: [10, 12, 6, 8], channels: [16, 44, 20, 20] },
    Region { name: "Middle East & Africa", demand: 6, growth: 140, lines: [12, 10, 7, 10], channels: [20, 52, 14, 14] },
];

/// What becomes of a product over the years.
pub enum Trend {
    /// Nothing.
    Steady,
    /// On sale from this day on, at full demand half a year later.
    Launched(u32),
    /// A tenth of its first demand is left at the end.
    Fading,
}

/// What is sold.
pub struct Product {
    /// As the data says it.
    pub name: &'static str,
    /// Its place among the product lines.
    pub line: usize,
    /// The list price of the first year.
    pub cents: i64,
    /// How often it is ordered, against the others.
    pub demand: u32,
    /// The most units that one order line has.
    pub most_units: u32,
    /// What becomes of it.
    pub trend: Trend,
}

/// From 2 September 2024.
const LAUNCHED: Trend = Trend::Launched(610);

/// The products.
pub const PRODUCTS: [Product; 14] = [
    product("Atlas Desk", 0, 64_000, 60, 8, Trend::Steady),
    product("Corva Chair", 0, 38_900, 110, 14, Trend::Steady),
    product("Harbor Shelf", 0, 21_500, 50, 6, Trend::Steady),
    product("Lumen Lamp", 0, 8_900, 80, 20, Trend::Steady),
    product("Vela Display", 1, 47_900, 90, 10, Trend::Steady),
    product("Orbit Headset", 1, 15_900, 120, 20, Trend::Steady),
    product("Inkwell Printer", 1, 31_900, 110, 6, Trend::Fading),
    product("Nova Dock", 1, 24_900, 170, 16, LAUNCHED),
    product("Ledger Suite", 2, 11_900, 90, 40, Trend::Steady),
    product("Beacon Analytics", 2, 17_900, 70, 24, Trend::Steady),
    product("Relay Mail", 2, 3_900, 90, 60, Trend::Steady),
    product("Setup Day", 3, 78_000, 45, 3, Trend::Steady),
    product("Care Plan", 3, 26_000, 80, 10, Trend::Steady),
    product("Training Pass", 3, 34_000, 55, 6, Trend::Steady),
];

const fn product(name: &'static str, line: usize, cents: i64, demand: u32, most_units: u32, trend: Trend) -> Product {
    Product { name, line, cents, demand, most_units, trend }
}
