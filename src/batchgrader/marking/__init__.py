"""What is done to an executed notebook: true scores, what people are told, what is hidden."""
