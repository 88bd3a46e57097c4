//! What a table could be published as, all written, and which of it is chosen.

use super::{Alternative, File, Slice, THREE_WAY};

/// What comes first is worth a file of its own if it is so many times smaller than what answers everything.
const LESS: usize = 2;

/// Everything a table could be published as.
#[derive(Default)]
pub struct Candidates {
    /// Its groups by few dimensions at a time.
    pub tiles: Option<File>,
    /// Its groups by one dimension more, where these are few.
    pub three_way: Option<File>,
    /// Its groups by all dimensions at once.
    pub cube: Option<File>,
    /// Every row, in one file or several.
    pub rows: Vec<File>,
    /// Whether the cube answers everything.
    pub cube_is_complete: bool,
    /// Whether it answers all that any groups do.
    pub(super) cube_is_enough: bool,
    /// Whether groups answer every view while one selection is made.
    pub tiles_answer_first: bool,
    /// Whether the 3-way tiles are all that there are.
    pub(super) has_all_three_way: bool,
    /// What was not written, and why.
    pub(super) notes: Vec<Alternative>,
}

impl Candidates {
    pub(super) fn note(&mut self, kind: &'static str, note: &str) {
        self.notes.push(Alternative { kind, rows: 0, bytes: 0, note: format!("not written: {note}") });
    }

    /// The smallest files that answer everything, and before them those that answer something for much less; no files if
    /// nothing answers everything.
    pub(super) fn chosen(self) -> Slice {
        let alternatives = self.alternatives();
        let cube_does = self.cube_is_complete && self.cube.is_some();
        let (complete, cube) = match self.cube {
            Some(cube) if cube_does && (self.rows.is_empty() || cube.bytes.len() <= weight(&self.rows)) => {
                (vec![cube], None)
            }
            cube => (self.rows, cube),
        };
        if complete.is_empty() {
            return Slice { files: complete, first: 0, alternatives };
        }
        let is_less = |file: &File, than: usize| file.bytes.len() * LESS <= than;
        let cube = cube.filter(|cube| is_less(cube, weight(&complete)));
        let next = cube.as_ref().map_or(weight(&complete), |cube| cube.bytes.len());
        let tiles = self.tiles.filter(|tiles| is_less(tiles, next));
        // Distinct counts that the cube cannot put together it may have.
        let next = if self.cube_is_enough { next } else { weight(&complete) };
        let three_way = self.three_way.filter(|three_way| tiles.is_some() && is_less(three_way, next));
        let has_first = self.tiles_answer_first && (tiles.is_some() || cube.is_some());
        let files: Vec<File> = tiles.into_iter().chain(three_way).chain(cube).chain(complete).collect();
        Slice { first: if has_first { 1 } else { files.len() }, files, alternatives }
    }

    fn alternatives(&self) -> Vec<Alternative> {
        let groups = [&self.tiles, &self.three_way, &self.cube]
            .into_iter()
            .flatten()
            .map(|file| (file.kind, file.rows, file.bytes.len()));
        let sum = |of: fn(&File) -> usize| self.rows.iter().map(of).sum();
        let rows = (!self.rows.is_empty()).then(|| ("rows", sum(|file| file.rows), sum(|file| file.bytes.len())));
        let written = groups.chain(rows).map(|(kind, rows, bytes)| {
            let note = match (kind, self.cube_is_complete) {
                ("tiles", _) => "answers while one selection is made",
                (THREE_WAY, _) if self.has_all_three_way => "answers while two selections are made",
                (THREE_WAY, _) => "answers while two selections are made, where that takes few groups",
                ("cube", false) => "answers what adds up",
                _ => "answers everything",
            };
            Alternative { kind, rows, bytes, note: note.to_owned() }
        });
        self.notes.iter().cloned().chain(written).collect()
    }
}

/// The bytes of some files.
pub(super) fn weight(files: &[File]) -> usize {
    files.iter().map(|file| file.bytes.len()).sum()
}
