//! How readers get from page to page: the tree of folders, the way back up, the page before and the next one.

use crate::config::Shape;
use crate::page::Page;
use crate::render::{self, to_root};
use crate::site::Site;
use serde::Serialize;
use std::collections::BTreeMap;

/// The pages of a site as a tree.
pub struct Navigation {
    nodes: Vec<Node>,
    /// The nodes that are pages, in the order in which one reads them.
    order: Vec<usize>,
    by_path: BTreeMap<String, usize>,
    /// What the author says of its shape.
    shape: Shape,
}

/// A folder or a page; a page of the same path as a folder stands for it.
struct Node {
    title: String,
    path: String,
    is_page: bool,
    rank: f64,
    parent: Option<usize>,
    children: Vec<usize>,
}

/// An entry of the navigation.
#[derive(Debug, Clone, Serialize)]
pub struct Entry {
    /// The page's title, or the folder's name.
    pub title: String,
    /// Relative to the page that shows it; none for a folder without a page.
    pub url: Option<String>,
    /// True on the page itself.
    pub current: bool,
    /// True for the folders that the page lies in.
    pub open: bool,
    /// What lies in the folder.
    pub children: Vec<Entry>,
    /// How many entries beside this one are left out.
    pub more: usize,
}

/// A page to go to.
#[derive(Debug, Clone, Serialize)]
pub struct Link {
    /// Its title.
    pub title: String,
    /// Relative to the page that shows it; none for a folder without a page.
    pub url: Option<String>,
}

/// Where a page stands in its site.
#[derive(Debug, Clone, Serialize)]
pub struct Place {
    /// `header` for a list of few pages, `sidebar` for a tree, `none`.
    pub shape: &'static str,
    /// The start page.
    pub home: Link,
    /// The tree as this page shows it.
    pub entries: Vec<Entry>,
    /// The folders above, from the start page on.
    pub breadcrumbs: Vec<Link>,
    /// The page before.
    pub previous: Option<Link>,
    /// The page behind.
    pub next: Option<Link>,
}

/// So many pages in one folder fit a header.
const HEADER: usize = 7;
/// In a site of more pages only the folders that a page lies in are open.
const MANY: usize = 200;
/// Of a folder with more entries only those around the page are shown.
const LONG: usize = 120;
/// How many on each side.
const AROUND: usize = 25;

/// Makes the tree of a site's pages.
pub fn navigation<'a>(site: &Site, pages: impl Iterator<Item = &'a Page>) -> Navigation {
    let mut navigation =
        Navigation { nodes: Vec::new(), order: Vec::new(), by_path: BTreeMap::new(), shape: site.config.navigation };
    navigation.node("");
    for page in pages.filter(|page| page.is_listed) {
        let node = navigation.node(&page.path);
        let node = &mut navigation.nodes[node];
        (node.title, node.is_page) = (render::title(page, site), true);
        let usual = if page.path.is_empty() { f64::NEG_INFINITY } else { f64::INFINITY };
        node.rank = page.front.order.unwrap_or(usual);
    }
    navigation.sort();
    navigation.order = navigation.below(0);
    navigation
}

impl Navigation {
    /// The node of a path, made with all above it if need be.
    fn node(&mut self, path: &str) -> usize {
        if let Some(node) = self.by_path.get(path) {
            return *node;
        }
        let parent = (!path.is_empty()).then(|| self.node(path.rsplit_once('/').map_or("", |(folder, _)| folder)));
        let title = crate::expression::words(path.rsplit('/').next().unwrap_or_default());
        let node = self.nodes.len();
        let rank = f64::INFINITY;
        self.nodes.push(Node { title, path: path.to_owned(), is_page: false, rank, parent, children: Vec::new() });
        self.by_path.insert(path.to_owned(), node);
        parent.into_iter().for_each(|parent| self.nodes[parent].children.push(node));
        node
    }

    fn sort(&mut self) {
        let keys: Vec<(f64, String)> = self.nodes.iter().map(|node| (node.rank, node.path.clone())).collect();
        for node in &mut self.nodes {
            node.children.sort_by(|a, b| keys[*a].0.total_cmp(&keys[*b].0).then_with(|| keys[*a].1.cmp(&keys[*b].1)));
        }
    }

    /// A node's page and all below it.
    fn below(&self, node: usize) -> Vec<usize> {
        let own = self.nodes[node].is_page.then_some(node);
        own.into_iter().chain(self.nodes[node].children.iter().flat_map(|child| self.below(*child))).collect()
    }

    /// Where a page stands.
    pub fn place(&self, path: &str, root: &str) -> Place {
        let node = self.by_path.get(path).copied();
        let link = |node: usize| Link { title: self.nodes[node].title.clone(), url: self.url(node, root) };
        let at = node.and_then(|node| self.order.iter().position(|page| *page == node));
        let beside = |offset: isize| {
            let index = at?.checked_add_signed(offset)?;
            self.order.get(index).map(|node| link(*node))
        };
        let open = self.above(node.unwrap_or(0));
        let is_flat = self.order.len() <= HEADER && self.nodes.iter().all(|node| !node.path.contains('/'));
        let (shape, entries) = match self.shape {
            Shape::None => ("none", Vec::new()),
            Shape::Header => ("header", self.top(node, &open, root)),
            Shape::Auto if is_flat => ("header", self.flat(node, root)),
            Shape::Auto | Shape::Sidebar => ("sidebar", self.tree(node, &open, root)),
        };
        let breadcrumbs = if open.len() > 1 { open.iter().map(|node| link(*node)).collect() } else { Vec::new() };
        let (previous, next) = if is_flat { (None, None) } else { (beside(-1), beside(1)) };
        Place { shape, home: Link { url: Some(root.to_owned()), ..link(0) }, entries, breadcrumbs, previous, next }
    }

    /// The folders that a node lies in, from the root on.
    fn above(&self, node: usize) -> Vec<usize> {
        let mut above: Vec<usize> =
            std::iter::successors(self.nodes[node].parent, |node| self.nodes[*node].parent).collect();
        above.reverse();
        above
    }

    fn url(&self, node: usize, root: &str) -> Option<String> {
        let Node { path, is_page, .. } = &self.nodes[node];
        let slash = if path.is_empty() { "" } else { "/" };
        is_page.then(|| format!("{root}{path}{slash}"))
    }

    fn entry(&self, node: usize, current: Option<usize>, open: &[usize], root: &str) -> Entry {
        Entry {
            title: self.nodes[node].title.clone(),
            url: self.url(node, root),
            current: current == Some(node),
            open: open.contains(&node) || current == Some(node),
            children: Vec::new(),
            more: 0,
        }
    }

    fn flat(&self, current: Option<usize>, root: &str) -> Vec<Entry> {
        let mut nodes = self.order.clone();
        nodes.sort_by(|a, b| {
            self.nodes[*a]
                .rank
                .total_cmp(&self.nodes[*b].rank)
                .then_with(|| self.nodes[*a].path.cmp(&self.nodes[*b].path))
        });
        nodes.into_iter().map(|node| self.entry(node, current, &[], root)).collect()
    }

    /// The start page and what lies beside it; a folder leads to the first of its pages, and is current where one of them is.
    fn top(&self, current: Option<usize>, open: &[usize], root: &str) -> Vec<Entry> {
        let home = self.nodes[0].is_page.then(|| self.entry(0, current, &[], root));
        let top = self.nodes[0].children.iter().map(|node| {
            let entry = self.entry(*node, current, open, root);
            let first = self.below(*node).first().and_then(|first| self.url(*first, root));
            Entry { url: entry.url.clone().or(first), current: entry.open, ..entry }
        });
        home.into_iter().chain(top).collect()
    }

    fn tree(&self, current: Option<usize>, open: &[usize], root: &str) -> Vec<Entry> {
        let home = self.nodes[0].is_page.then(|| self.entry(0, current, &[], root));
        home.into_iter().chain(self.children(0, current, open, root)).collect()
    }

    fn children(&self, node: usize, current: Option<usize>, open: &[usize], root: &str) -> Vec<Entry> {
        let children = &self.nodes[node].children;
        let here = children.iter().position(|child| Some(*child) == current || open.contains(child)).unwrap_or(0);
        let is_long = children.len() > LONG;
        let from = if is_long { here.saturating_sub(AROUND) } else { 0 };
        let to = if is_long { (here + AROUND + 1).min(children.len()) } else { children.len() };
        let mut entries: Vec<Entry> =
            children[from..to].iter().map(|child| self.branch(*child, current, open, root)).collect();
        if let Some(first) = entries.first_mut() {
            first.more = from;
        }
        if let Some(last) = entries.last_mut().filter(|_| to < children.len()) {
            last.more = children.len() - to;
        }
        entries
    }

    fn branch(&self, node: usize, current: Option<usize>, open: &[usize], root: &str) -> Entry {
        let mut entry = self.entry(node, current, open, root);
        let is_shown = entry.open || self.order.len() <= MANY;
        if is_shown {
            entry.children = self.children(node, current, open, root);
        } else if entry.url.is_none() {
            entry.url = self.below(node).first().and_then(|first| self.url(*first, root));
        }
        entry
    }
}

/// The address of a page as another page writes it.
pub fn address(from: &str, to: &str) -> String {
    let slash = if to.is_empty() { "" } else { "/" };
    format!("{}{to}{slash}", to_root(from))
}
