use std::io::Read;
use std::sync::mpsc::SyncSender;

/// What a body brings next.
pub(crate) enum Piece {
    Bytes(Vec<u8>),
    End,
    Broken,
}

/// Reads a body to its end, or until nobody takes the pieces any more. It is a thread of its own,
/// because a read has no end that could be given when it begins.
pub(crate) fn read_pieces(mut body: impl Read, pieces: &SyncSender<Piece>) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        let piece = match body.read(&mut buffer) {
            Ok(0) => Piece::End,
            Ok(length) => Piece::Bytes(buffer.get(..length).unwrap_or_default().to_vec()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => Piece::Broken,
        };
        let is_last = !matches!(piece, Piece::Bytes(_));
        if pieces.send(piece).is_err() || is_last {
            return;
        }
    }
}
