//! Where in a JSON text a byte is: `inputs.points[3].leaves[0].value`. Works on broken JSON up to the break.

/// A step down: into a key, or into an element.
enum Step {
    Key(Vec<u8>),
    Element(usize),
}

/// The byte offset of a line and column as serde_json counts them.
pub(super) fn offset(bytes: &[u8], line: usize, column: usize) -> usize {
    let lines = bytes.split_inclusive(|b| *b == b'\n');
    let before: usize = lines.take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    (before + column).min(bytes.len())
}

/// The path of the value that the byte before `offset` belongs to; "document" outside of all.
pub(super) fn path_at(bytes: &[u8], offset: usize) -> String {
    let mut steps: Vec<Step> = Vec::new();
    let mut text: Option<Vec<u8>> = None;
    let mut escaped = false;
    for &byte in bytes.iter().take(offset) {
        if let Some(open) = &mut text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => named(&mut steps, text.take()),
                _ => open.push(byte),
            }
            continue;
        }
        match byte {
            b'"' => text = Some(Vec::new()),
            b'{' => steps.push(Step::Key(Vec::new())),
            b'[' => steps.push(Step::Element(0)),
            b'}' | b']' => {
                steps.pop();
            }
            b',' => match steps.last_mut() {
                Some(Step::Element(at)) => *at += 1,
                Some(Step::Key(key)) => key.clear(),
                None => {}
            },
            _ => {}
        }
    }
    spelled(&steps)
}

/// The first text after `{` or `,` is the key of what follows.
fn named(steps: &mut [Step], text: Option<Vec<u8>>) {
    if let (Some(Step::Key(key)), Some(text)) = (steps.last_mut(), text)
        && key.is_empty()
    {
        *key = text;
    }
}

fn spelled(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(key) if key.is_empty() => {}
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(&String::from_utf8_lossy(key));
            }
            Step::Element(at) => path.push_str(&format!("[{at}]")),
        }
    }
    if path.is_empty() {
        "document".to_owned()
    } else {
        path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_named_by_its_path() {
        let text = br#"{"a":1,"b":{"c":["x\"]",{"d":2},3]},"e":"f"}"#;
        let at = |needle: &str| {
            let text = std::str::from_utf8(text).unwrap();
            path_at(text.as_bytes(), text.find(needle).unwrap() + 1)
        };
        assert_eq!(at("1"), "a");
        assert_eq!(at("x"), "b.c[0]");
        assert_eq!(at("2"), "b.c[1].d");
        assert_eq!(at("3"), "b.c[2]");
        assert_eq!(at("f\""), "e");
        assert_eq!(path_at(b"[]", 0), "document");
    }

    #[test]
    fn broken_text_is_named_up_to_the_break() {
        let text = br#"{"a":{"b":[1,00]}}"#;
        let error = serde_json::from_slice::<serde_json::Value>(text).unwrap_err();
        assert_eq!(
            path_at(text, offset(text, error.line(), error.column())),
            "a.b[1]"
        );
    }
}
