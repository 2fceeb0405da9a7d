/// What a stream says: an event, or that it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Message {
    Event {
        name: String,
        data: String,
        /// As a header can hold it; none if it cannot, or if there was none.
        id: Option<String>,
    },
    /// A line that only shows that somebody is there.
    Comment,
    /// The server wants so many milliseconds between a stream and the next.
    Retry(u64),
}

/// Reads `text/event-stream` (HTML Living Standard, 9.2.6) from pieces cut anywhere.
#[derive(Debug, Default)]
pub(crate) struct StreamReader {
    line: Vec<u8>,
    /// A carriage return came last: a line feed after it belongs to it.
    after_return: bool,
    is_past_start: bool,
    name: String,
    data: Option<String>,
    id: Option<String>,
}

/// A longer event is given up: it would fill the memory.
pub(crate) const MAX_EVENT: usize = 64 << 20;

/// An event is longer than [`MAX_EVENT`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl StreamReader {
    /// Reads a piece; gives what is complete.
    pub(crate) fn read(&mut self, mut piece: &[u8]) -> Result<Vec<Message>, TooLong> {
        let mut messages = Vec::new();
        if !piece.is_empty() && std::mem::take(&mut self.after_return) {
            piece = piece.strip_prefix(b"\n").unwrap_or(piece);
        }
        while let Some(end) = piece.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (line, rest) = piece.split_at(end);
            self.line.extend_from_slice(line);
            messages.extend(self.end_line());
            self.after_return = rest == b"\r";
            let ending = if rest.starts_with(b"\r\n") { 2 } else { 1 };
            piece = rest.get(ending..).unwrap_or_default();
        }
        self.line.extend_from_slice(piece);
        let length = self.line.len() + self.data.as_ref().map_or(0, String::len);
        if length > MAX_EVENT {
            return Err(TooLong);
        }
        Ok(messages)
    }

    fn end_line(&mut self) -> Option<Message> {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let mut line = &*text;
        if !std::mem::replace(&mut self.is_past_start, true) {
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "" => return Some(Message::Comment),
            "event" => value.clone_into(&mut self.name),
            "data" => match &mut self.data {
                None => self.data = Some(value.to_owned()),
                Some(data) => {
                    data.push('\n');
                    data.push_str(value);
                }
            },
            "id" => self.id = Some(value.to_owned()).filter(|id| is_sendable(id)),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                return Some(Message::Retry(value.parse().unwrap_or(u64::MAX)));
            }
            _ => {}
        }
        None
    }

    fn end_event(&mut self) -> Option<Message> {
        let name = std::mem::take(&mut self.name);
        let data = self.data.take()?;
        let name = if name.is_empty() {
            "message".to_owned()
        } else {
            name
        };
        let id = self.id.clone();
        Some(Message::Event { name, data, id })
    }
}

/// True if a header can hold the id as it is, and it is not longer than one needs.
fn is_sendable(id: &str) -> bool {
    (1..=200).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(name: &str, data: &str, id: Option<&str>) -> Message {
        Message::Event {
            name: name.into(),
            data: data.into(),
            id: id.map(Into::into),
        }
    }

    #[test]
    fn reads_pieces_cut_anywhere() {
        let text = "\u{feff}: hi\r\nevent: snapshot\rid: 7\ndata: {\"ä\":\r\ndata:1}\n\n\
                    retry: 250\nretry: x\nevent: only a name\n\ndata\r\r\ndata: end";
        let expected = [
            Message::Comment,
            event("snapshot", "{\"ä\":\n1}", Some("7")),
            Message::Retry(250),
            event("message", "", Some("7")),
        ];
        for size in 1..text.len() {
            let mut reader = StreamReader::default();
            let pieces = text.as_bytes().chunks(size);
            let messages: Vec<_> = pieces
                .flat_map(|piece| reader.read(piece).unwrap())
                .collect();
            assert_eq!(messages, expected, "pieces of {size}");
        }
    }

    #[test]
    fn gives_up_what_is_too_long() {
        let mut reader = StreamReader::default();
        let piece = vec![b'x'; MAX_EVENT / 4];
        for _ in 0..4 {
            assert_eq!(reader.read(&piece), Ok(Vec::new()));
        }
        assert_eq!(reader.read(b"x"), Err(TooLong));
    }
}
