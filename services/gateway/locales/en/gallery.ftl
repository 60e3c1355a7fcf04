# The gallery of components.

gallery-title = The components of a page
gallery-form = A form that saves itself
gallery-fields = Fields
gallery-choices = Choices
gallery-states = States
gallery-lists = Tables and lists
gallery-ways = Ways around
gallery-tabs = Views
gallery-table = Table of points
gallery-text = Home Affairs
gallery-long = Office of the Delegation of the National Assembly and of the People’s Council
gallery-points = Self-score
gallery-unit = points
gallery-day = Date of issue
gallery-hint = Day/month/year, such as 05/12/2026.
gallery-level = Level
gallery-mood = The service answers
gallery-save = Save
