mod page;
mod rules;
