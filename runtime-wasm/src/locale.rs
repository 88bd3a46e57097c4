//! How a language writes numbers and days: what [`crate::format`] puts between digits, and what months are called.

use serde::{Deserialize, Serialize};

/// The marks and words of a language; the default is English.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Locale {
    /// Its name in BCP 47.
    pub name: String,
    /// The mark between whole numbers and fractions.
    pub decimal: String,
    /// The mark between thousands.
    pub group: String,
    /// What stands before and behind an amount of money.
    pub currency: [String; 2],
    /// What stands behind a percentage.
    pub percent: String,
    /// The months, short.
    pub months: Vec<String>,
    /// A day, with `{d}`, `{m}` and `{y}`.
    pub day: String,
}

impl Default for Locale {
    fn default() -> Locale {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        Locale {
            name: "en".to_owned(),
            decimal: ".".to_owned(),
            group: ",".to_owned(),
            currency: ["$".to_owned(), String::new()],
            percent: "%".to_owned(),
            months: months.map(str::to_owned).to_vec(),
            day: "{d} {m} {y}".to_owned(),
        }
    }
}

impl Locale {
    /// True for the default, which plans do not spell out.
    pub fn is_usual(&self) -> bool {
        *self == Locale::default()
    }

    /// A day of the calendar in words.
    pub fn day(&self, year: i64, month: u32, day: u32) -> String {
        let name = self.months.get(month as usize - 1).map_or("", String::as_str);
        let text = self.day.replace("{d}", &day.to_string()).replace("{m}", name);
        text.replace("{y}", &year.to_string())
    }

    /// A number in English marks with those of this language.
    pub fn marked(&self, text: &str) -> String {
        if self.decimal == "." && self.group == "," {
            return text.to_owned();
        }
        let mut marked = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '.' => marked.push_str(&self.decimal),
                ',' => marked.push_str(&self.group),
                letter => marked.push(letter),
            }
        }
        marked
    }
}
