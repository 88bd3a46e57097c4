//! What six linked views of flights must show while one is brushed: counted here, once for all positions of a phase.

use std::ops::RangeInclusive;

use super::flights::{CARRIERS, DAYS, Flights, ORIGINS};

/// A column of flights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dimension {
    /// Minutes late.
    Delay,
    /// Miles.
    Distance,
    /// Minutes after midnight.
    Departure,
    /// Days since the first.
    Date,
    /// A carrier's place.
    Carrier,
    /// An airport's place.
    Origin,
}

impl Dimension {
    /// Its name in the data.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Delay => "delay",
            Dimension::Distance => "distance",
            Dimension::Departure => "dep",
            Dimension::Date => "date",
            Dimension::Carrier => "carrier",
            Dimension::Origin => "origin",
        }
    }

    fn of(self, flights: &Flights, row: usize) -> i32 {
        match self {
            Dimension::Delay => flights.delay[row].into(),
            Dimension::Distance => flights.distance[row].into(),
            Dimension::Departure => flights.departure[row].into(),
            Dimension::Date => flights.day[row].into(),
            Dimension::Carrier => flights.carrier[row].into(),
            Dimension::Origin => flights.origin[row].into(),
        }
    }
}

/// A view that counts flights by equal bins of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct View {
    /// What it groups by.
    pub dimension: Dimension,
    /// The left edge of the first bin.
    pub start: i32,
    /// The width of a bin.
    pub width: i32,
    /// How many bins.
    pub bins: usize,
}

const fn view(dimension: Dimension, start: i32, width: i32, bins: usize) -> View {
    View { dimension, start, width, bins }
}

/// The views of the peers' harness, in its order.
pub const THEIR_VIEWS: [View; 6] = views((5, 48), (100, 50), (30, 48));
/// The views of our page: brushes end where bins do, so its bins are as fine as the brushes.
pub const OUR_VIEWS: [View; 6] = views((1, 240), (20, 250), (20, 72));

const fn views(delay: (i32, usize), distance: (i32, usize), departure: (i32, usize)) -> [View; 6] {
    [
        view(Dimension::Delay, -60, delay.0, delay.1),
        view(Dimension::Distance, 0, distance.0, distance.1),
        view(Dimension::Departure, 0, departure.0, departure.1),
        view(Dimension::Date, 0, 1, DAYS),
        view(Dimension::Carrier, 0, 1, CARRIERS.len()),
        view(Dimension::Origin, 0, 1, ORIGINS),
    ]
}

/// A dimension brushed through many positions while others hold still.
pub struct Phase {
    /// Its name: the brushed dimension and the others.
    pub name: &'static str,
    /// The brushed dimension.
    pub active: Dimension,
    /// The ranges that hold still, both ends in.
    pub fixed: &'static [(Dimension, i32, i32)],
    /// The low end of the first position.
    pub low: i32,
    /// From one position to the next.
    pub step: i32,
    /// How many values a position spans.
    pub width: i32,
}

/// How many positions a phase has.
pub const STEPS: i32 = 100;

/// No other filter, one, two.
pub const PHASES: [Phase; 3] = [
    Phase { name: "delay", active: Dimension::Delay, fixed: &[], low: -60, step: 2, width: 40 },
    Phase {
        name: "distance",
        active: Dimension::Distance,
        fixed: &[(Dimension::Departure, 360, 719)],
        low: 0,
        step: 40,
        width: 800,
    },
    Phase {
        name: "date",
        active: Dimension::Date,
        fixed: &[(Dimension::Departure, 360, 719), (Dimension::Delay, 15, 180)],
        low: 0,
        step: 7,
        width: 30,
    },
];

impl Phase {
    /// The brushed values at a position.
    pub fn range(&self, step: i32) -> RangeInclusive<i32> {
        let low = self.low + self.step * step;
        low..=low + self.width - 1
    }
}

/// What views show at one position.
pub struct Position {
    /// Each view's counts by bin; none for the brushed one.
    pub counts: Vec<Option<Vec<u64>>>,
    /// How many flights pass all filters.
    pub flights: u64,
    /// The sum of their miles.
    pub distance: u64,
}

impl Position {
    /// The number by which the peers' harness tells a right answer; `miles` is the sum of distances or 0.
    pub fn checksum(&self, miles: u64) -> u64 {
        let weighted = |(place, counts): (usize, &Vec<u64>)| -> u64 {
            let view = place as u64 + 1;
            counts.iter().zip(1..).map(|(count, bin)| count * bin * view).sum()
        };
        let views = self.counts.iter().enumerate();
        let counted: u64 = views.filter_map(|(place, counts)| Some(weighted((place, counts.as_ref()?)))).sum();
        7 * self.flights + 3 * miles + counted
    }
}

/// The truth at each position of a phase.
pub fn positions(flights: &Flights, phase: &Phase, views: &[View]) -> Vec<Position> {
    let own = |view: &View| view.dimension == phase.active;
    let by_view: Vec<Option<Running>> =
        views.iter().map(|view| (!own(view)).then(|| Running::of_view(flights, phase, view))).collect();
    let all = Running::of_all(flights, phase);
    let position = |step| {
        let range = phase.range(step);
        let counts = by_view.iter().map(|view| Some(view.as_ref()?.within(&range))).collect();
        let [count, distance] = all.within(&range)[..] else { unreachable!("two sums were asked") };
        Position { counts, flights: count, distance }
    };
    (0..STEPS).map(position).collect()
}

/// Sums over all flights whose active value is at most so much, for each such value.
struct Running {
    lowest: i32,
    /// How many sums there are for each active value.
    sums: usize,
    totals: Vec<u64>,
}

impl Running {
    fn of_view(flights: &Flights, phase: &Phase, view: &View) -> Self {
        let mut running = Running::new(flights, phase, view.bins);
        for row in 0..flights.len() {
            if keeps(flights, row, phase, Some(view.dimension)) {
                let bin = (view.dimension.of(flights, row) - view.start) / view.width;
                running.add(phase.active.of(flights, row), bin as usize, 1);
            }
        }
        running.run()
    }

    fn of_all(flights: &Flights, phase: &Phase) -> Self {
        let mut running = Running::new(flights, phase, 2);
        for row in 0..flights.len() {
            if keeps(flights, row, phase, None) {
                let active = phase.active.of(flights, row);
                running.add(active, 0, 1);
                running.add(active, 1, flights.distance[row] as u64);
            }
        }
        running.run()
    }

    fn new(flights: &Flights, phase: &Phase, sums: usize) -> Self {
        let (lowest, highest) = (0..flights.len())
            .map(|row| phase.active.of(flights, row))
            .fold((0, 0), |(low, high), value| (low.min(value), high.max(value)));
        Running { lowest, sums, totals: vec![0; (highest - lowest + 2) as usize * sums] }
    }

    /// The sums of a value stand behind it: before the first there are none.
    fn add(&mut self, active: i32, sum: usize, amount: u64) {
        self.totals[(active - self.lowest + 1) as usize * self.sums + sum] += amount;
    }

    fn run(mut self) -> Self {
        for place in self.sums..self.totals.len() {
            self.totals[place] += self.totals[place - self.sums];
        }
        self
    }

    fn within(&self, range: &RangeInclusive<i32>) -> Vec<u64> {
        let values = (self.totals.len() / self.sums) as i32 - 1;
        let up_to = |value: i32| {
            let place = (value - self.lowest).clamp(0, values) as usize * self.sums;
            &self.totals[place..place + self.sums]
        };
        up_to(range.end() + 1).iter().zip(up_to(*range.start())).map(|(high, low)| high - low).collect()
    }
}

/// True if a flight passes what holds still, but for the filter on `except`.
fn keeps(flights: &Flights, row: usize, phase: &Phase, except: Option<Dimension>) -> bool {
    phase.fixed.iter().filter(|(dimension, ..)| Some(*dimension) != except).all(|&(dimension, low, high)| {
        let value = dimension.of(flights, row);
        low <= value && value <= high
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn running_sums_count_what_a_scan_counts() {
        let flights = Flights::new(5000);
        assert_eq!(flights.len(), 5000);
        let phase = &PHASES[2];
        let position = &positions(&flights, phase, &OUR_VIEWS)[40];
        let by_carrier = position.counts[4].as_ref().unwrap();
        let passes =
            |row: &usize| keeps(&flights, *row, phase, None) && phase.range(40).contains(&i32::from(flights.day[*row]));
        let scanned = (0..flights.len()).filter(passes).count() as u64;
        assert!(scanned > 0);
        assert_eq!((position.flights, by_carrier.iter().sum::<u64>()), (scanned, scanned));
        assert!(position.counts[3].is_none(), "the brushed view keeps what it shows");
    }
}
