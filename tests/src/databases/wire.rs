//! What crosses the wire: a server's answers, passed on and counted.

use super::free_port;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A port before another one.
pub struct Wire {
    /// Where it listens.
    pub port: u16,
    answered: Arc<AtomicUsize>,
}

impl Wire {
    /// Passes on to a port of this machine.
    pub fn before(server: u16) -> Wire {
        let port = free_port();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("the port is free");
        let answered = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&answered);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let Ok(server) = TcpStream::connect((Ipv4Addr::LOCALHOST, server)) else { continue };
                let twice = |stream: &TcpStream| stream.try_clone().expect("sockets can be shared");
                let (questions, answers) = ((twice(&client), twice(&server)), (server, client));
                let counter = Arc::clone(&counter);
                std::thread::spawn(move || pass(questions, |_| {}));
                let count = move |bytes| {
                    counter.fetch_add(bytes, Ordering::SeqCst);
                };
                std::thread::spawn(move || pass(answers, count));
            }
        });
        Wire { port, answered }
    }

    /// How many bytes the server has answered.
    pub fn answered(&self) -> usize {
        self.answered.load(Ordering::SeqCst)
    }
}

fn pass((mut from, mut to): (TcpStream, TcpStream), count: impl Fn(usize)) {
    let mut bytes = vec![0; 1 << 16];
    while let Ok(length @ 1..) = from.read(&mut bytes) {
        count(length);
        if to.write_all(&bytes[..length]).is_err() {
            break;
        }
    }
    drop((to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both)));
}
